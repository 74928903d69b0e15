# SPDX-License-Identifier: MIT
"""Detectors whose last op is TFLite's DetectionPostProcess: SSD, EfficientDet-Lite."""

from __future__ import annotations

from npucore.graph import Network
from npucore.ops import DetectionPostprocess
from npucore.vision.detect import Detection, inside
from npucore.vision.heads.base import Head, Seen
from npucore.vision.kinds import Answer, Objects

RESULTS = 4  # of the op


def _places(network: Network) -> tuple[list[int], int] | None:
    """Where the results of the op stand among the outputs, and how many classes it has."""
    if len(network.outputs) < RESULTS:
        return None
    position = {tensor: index for index, tensor in enumerate(network.outputs)}
    for op in network.ops:
        if isinstance(op, DetectionPostprocess) and position.keys() >= set(op.results):
            return [position[tensor] for tensor in op.results], op.classes
    return None


def fits(network: Network) -> bool:
    """The op's results are all returned."""
    return _places(network) is not None


def read(seen: Seen) -> Answer | None:
    """Objects of a score of at least the threshold, best first, in the order of the op's results.

    They are boxes (1, D, 4), classes (1, D), scores (1, D) and their count (1,).
    """
    if (found := _places(seen.network)) is None:
        return None
    boxes, classes, scores, count = (seen.arrays[place] for place in found[0])
    limit = seen.limit()
    every = [
        Detection(int(index), float(score), inside(box))
        for box, index, score in zip(boxes[0], classes[0], scores[0], strict=True)
    ][: int(count.ravel()[0])]
    kept = sorted((o for o in every if o.score >= limit), key=lambda o: -o.score)
    return Objects(tuple(kept), limit, total=found[1])


HEAD = Head(
    "ssd",
    "detect",
    "SSD and EfficientDet-Lite with TFLite's postprocessing: boxes, classes, scores, count",
    fits,
    read,
    certain=True,
)
