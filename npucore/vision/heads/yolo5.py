# SPDX-License-Identifier: MIT
"""YOLOv3, v5 and v7: (1, cells * 3, 5 + classes), a box for each of three anchors of a cell.

Source: Ultralytics' yolov5 export; boxes are decoded, relative (TFLite) or in pixels (ONNX).
"""

from __future__ import annotations

from npucore.graph import Network
from npucore.vision.boxes import corners, probabilities, relative
from npucore.vision.heads.base import Head, Seen
from npucore.vision.heads.kept import objects
from npucore.vision.heads.rows import hint, layout_of
from npucore.vision.kinds import Answer

ANCHORS = 3


def fits(network: Network) -> bool:
    """The first output has the rows; some exports give the undecoded maps beside it."""
    layout = layout_of(network, 0, ANCHORS) if network.outputs else None
    return layout is not None and layout.columns > 5


def read(seen: Seen) -> Answer | None:
    """Scores are those of the classes, times the objectness of the box."""
    if (layout := layout_of(seen.network, 0, ANCHORS)) is None:
        return None
    rows = layout.rows(seen.values[0])
    sure = probabilities(rows[:, 4:])
    return objects(seen, relative(corners(rows), seen.size), sure[:, 1:] * sure[:, :1])


HEAD = Head(
    "yolo5",
    "detect",
    "YOLOv3, v5 and v7, decoded: (1, cells * 3, 5 + classes)",
    fits,
    read,
    hint,
)
