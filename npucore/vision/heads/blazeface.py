# SPDX-License-Identifier: MIT
"""MediaPipe's detectors: (1, N, 4 + 2 points) boxes and key points, and (1, N, 1) scores.

BlazeFace (6 points), palms (7) and poses (4). Boxes are centre and size in pixels, counted from
fixed anchors: two for every layer of a stride, at the middles of its cells. Source: MediaPipe's
``SsdAnchorsCalculator`` and ``TensorsToDetectionsCalculator``, and its graphs' options.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from npucore.graph import Network
from npucore.vision.boxes import Cells, Floats, corners, count_cells, in_pixels, sigmoid
from npucore.vision.detect import Detection, KeyPoint, inside
from npucore.vision.feeding import ranges
from npucore.vision.feeding.choice import Hint
from npucore.vision.feeding.feed import Resize
from npucore.vision.heads.base import Head, Seen, picture
from npucore.vision.heads.kept import kept
from npucore.vision.heads.skeleton import FACE_POINTS
from npucore.vision.kinds import Answer, Objects

LAYERS = ((8, 16, 16, 16), (8, 16, 32, 32, 32), (4,), (16, 32, 32, 32))  # strides of a graph
PER_LAYER = (2, 1)  # anchors of a cell; the full-range face detector has one
LARGEST_LOGIT = 100
THRESHOLD = 0.5
NAMES = {6: "face", 7: "palm", 4: "person"}
WITH_BORDERS = (7, 4)  # graphs that keep the aspect ratio and want 0..1


def hint(network: Network) -> Hint:
    """Faces: -1..1; palms and poses: 0..1; all with black borders."""
    places = _places(network)
    points = 0 if places is None else (network.outputs[places[0]].shape[2] - 4) // 2
    range_ = ranges.UNIT if points in WITH_BORDERS else ranges.SIGNED
    return Hint(range_, resize=Resize.LETTERBOX, border=0)


def _places(network: Network) -> tuple[int, int] | None:
    """Which output has the boxes, which the scores."""
    if len(network.outputs) != 2:
        return None
    shapes = [tensor.shape for tensor in network.outputs]
    for boxes, scores in ((0, 1), (1, 0)):
        first, second = shapes[boxes], shapes[scores]
        if len(first) == len(second) == 3 and second == (1, first[1], 1):
            points, odd = divmod(first[2] - 4, 2)
            if first[0] == 1 and not odd and points > 0:
                return boxes, scores
    return None


def _anchors(network: Network, length: int) -> Cells | None:
    """The cells of the anchors, each as often as it has some."""
    if (frame := picture(network)) is None:
        return None
    size = frame.height, frame.width
    for each in PER_LAYER:
        for layers in LAYERS:
            if count_cells(size, layers) * each == length:
                return _repeated(size, layers, each)
    return None


def _repeated(size: tuple[int, int], layers: Sequence[int], each: int) -> Cells:
    """Cell by cell of each stride, as often as layers have that stride."""
    parts = []
    for stride in dict.fromkeys(layers):
        cells = Cells.of(size, (stride,))
        times = each * layers.count(stride)
        parts.append(np.repeat([cells.y, cells.x, cells.stride], times, axis=1))
    y, x, stride_of = np.concatenate(parts, axis=1)
    return Cells(y, x, stride_of)


def fits(network: Network) -> bool:
    """As many rows as some graph of MediaPipe has anchors."""
    places = _places(network)
    return places is not None and _anchors(network, network.outputs[places[0]].shape[1]) is not None


def read(seen: Seen) -> Answer | None:
    """Scores are logits."""
    if (places := _places(seen.network)) is None:
        return None
    rows, logits = seen.values[places[0]][0], seen.values[places[1]][0]
    if (cells := _anchors(seen.network, len(rows))) is None:
        return None
    origin = np.stack([cells.x, cells.y], axis=1)
    centres = np.concatenate([rows[:, :2] + origin, rows[:, 2:4]], axis=1)
    boxes = corners(centres) / in_pixels(seen.size)
    scores = sigmoid(np.clip(logits, -LARGEST_LOGIT, LARGEST_LOGIT))
    found = [
        Detection(0, score, inside(boxes[row]), _points(rows[row], origin[row], seen.size))
        for row, _, score in kept(seen, boxes, scores, THRESHOLD)
    ]
    count = (rows.shape[1] - 4) // 2
    return Objects(
        tuple(found),
        seen.limit(THRESHOLD),
        names={0: NAMES.get(count, "object")},
        total=1,
        point_names=FACE_POINTS if count == len(FACE_POINTS) else (),
    )


def _points(row: Floats, origin: Floats, size: tuple[int, int]) -> tuple[KeyPoint, ...]:
    places = row[4:].reshape(-1, 2) + origin
    return tuple(KeyPoint(float(y) / size[0], float(x) / size[1], 1.0) for x, y in places)


HEAD = Head(
    "blazeface",
    "detect",
    "MediaPipe's detectors of faces, palms and people: boxes with key points, and scores",
    fits,
    read,
    hint,
)
