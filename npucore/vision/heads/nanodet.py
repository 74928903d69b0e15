# SPDX-License-Identifier: MIT
"""NanoDet: (1, cells, classes + 4 * 8): scores, then distributions of four distances.

NanoDet-Plus counts from the cells' corners at strides 8, 16, 32 and 64, NanoDet from their
middles at the first three. It takes BGR with the mean and deviation of Caffe's ImageNet.
Source: RangiLyu/nanodet: ``nanodet_plus_head.py``, ``gfl_head.py``, ``config/nanodet-plus-m_320``.
"""

from __future__ import annotations

from npucore.graph import Network
from npucore.vision.boxes import Cells, around, in_pixels, probabilities, scorelike
from npucore.vision.feeding.choice import Hint
from npucore.vision.feeding.ranges import Range
from npucore.vision.heads.base import Head, Seen
from npucore.vision.heads.kept import objects
from npucore.vision.heads.rows import COCO_CLASSES, layout_of
from npucore.vision.kinds import Answer

BINS = 8
LOGIT = -0.5  # some of a network's distributions have a bin below it
THRESHOLD = 0.35  # of its demonstration
LEVELS_OF_PLUS = 4
HINT = Hint(Range((103.53, 116.28, 123.675), (57.375, 57.12, 58.395)), bgr=True)


def hint(network: Network) -> Hint:
    """BGR, stretched."""
    return HINT


def fits(network: Network) -> bool:
    """Cells come first, and the columns leave room for distributions behind the scores."""
    layout = layout_of(network) if len(network.outputs) == 1 else None
    return layout is not None and not layout.last and layout.columns > 4 * BINS


def unnamed(network: Network) -> bool:
    """Not with as many columns as COCO's classes take with an objectness, which are YOLOX's."""
    layout = layout_of(network)
    return layout is not None and layout.columns != 5 + COCO_CLASSES


def read(seen: Seen) -> Answer | None:
    """None unless the scores are scores and the distributions are not."""
    if (layout := layout_of(seen.network)) is None:
        return None
    rows = layout.rows(seen.values[0])
    scores, bins = rows[:, : -4 * BINS], rows[:, -4 * BINS :]
    usual = scorelike(scores) and bins.min() < LOGIT
    if not (usual or seen.forced):
        return None
    plus = len(layout.strides) == LEVELS_OF_PLUS
    cells = Cells.of(seen.size, layout.strides, 0.0 if plus else 0.5)
    boxes = around(cells, bins, BINS) / in_pixels(seen.size)
    return objects(seen, boxes, probabilities(scores), THRESHOLD)


HEAD = Head(
    "nanodet",
    "detect",
    "NanoDet and NanoDet-Plus: (1, cells, classes + 32)",
    fits,
    read,
    hint,
    unnamed,
)
