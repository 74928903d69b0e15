# SPDX-License-Identifier: MIT
"""YOLOX and YOLOv6: (1, cells, 5 + classes), one box with an objectness for each cell.

YOLOX's export leaves boxes undecoded: offsets from the cell and logarithms of the size, in
strides. Its network takes BGR from 0 to 255, and the photo in the top left corner. YOLOv6's
boxes are decoded, and its objectness is 1. Sources: Megvii's YOLOX (``demo_postprocess``,
``ValTransform``), Meituan's YOLOv6 (``Detect``).
"""

from __future__ import annotations

import numpy as np

from npucore.graph import Network
from npucore.vision.boxes import Cells, Floats, corners, probabilities, relative
from npucore.vision.feeding import ranges
from npucore.vision.feeding.choice import Hint
from npucore.vision.feeding.feed import Resize
from npucore.vision.feeding.first_layer import implied
from npucore.vision.heads.base import Head, Seen, task_of
from npucore.vision.heads.kept import objects
from npucore.vision.heads.rows import COCO_CLASSES, LETTERBOXED, cells_of, distance, layout_of
from npucore.vision.kinds import Answer

BYTES = Hint(ranges.BYTE, bgr=True, resize=Resize.LETTERBOX, top_left=True)


def hint(network: Network) -> Hint:
    """As YOLOX takes photos, if the first layer wants 0..255, otherwise as YOLOv6 does."""
    return BYTES if implied(network, network.inputs[0]) == ranges.BYTE else LETTERBOXED


def fits(network: Network) -> bool:
    """A row for every cell, and the cells first: heads without an objectness have them last."""
    layout = layout_of(network)
    return (
        len(network.outputs) == 1
        and layout is not None
        and layout.columns > 5
        and not layout.last
        and task_of(network) is None
    )


def read(seen: Seen) -> Answer | None:
    """Scores are those of the classes, times the objectness of the cell."""
    layout = layout_of(seen.network)
    if layout is None:
        return None
    if not seen.forced and layout.columns - 4 == (seen.classes or COCO_CLASSES):
        return None  # no column is left for an objectness
    rows, cells = layout.rows(seen.values[0]), cells_of(seen, layout)
    sure = probabilities(rows[:, 4:])
    boxes = decoded(rows[:, :4], cells, seen.size)
    return objects(seen, boxes, sure[:, 1:] * sure[:, :1])


def decoded(boxes: Floats, cells: Cells, size: tuple[int, int]) -> Floats:
    """(N, 4) ymin, xmin, ymax, xmax, relative, of centres and sizes.

    They may be decoded, or offsets from the cell's top left corner and logarithms, in strides:
    whichever lies nearer to the cells.
    """
    found = corners(from_cells(boxes, cells)), corners(boxes)
    nearest = min(found, key=lambda upright: distance(upright, cells, size))
    return relative(nearest, size)


def from_cells(boxes: Floats, cells: Cells) -> Floats:
    """Offsets and logarithms in strides to centres and sizes in pixels."""
    corner = np.stack([cells.x, cells.y], axis=1) - cells.stride[:, None] / 2
    sizes = np.exp(np.clip(boxes[:, 2:], -20, 20)) * cells.stride[:, None]
    return np.concatenate([boxes[:, :2] * cells.stride[:, None] + corner, sizes], axis=1)


HEAD = Head(
    "yolox",
    "detect",
    "YOLOX and YOLOv6: (1, cells, 5 + classes), with an objectness",
    fits,
    read,
    hint,
)
