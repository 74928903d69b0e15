# SPDX-License-Identifier: MIT
"""EfficientDet-Lite0 at 320 x 320 by its published structure, with random weights.

Sources: EfficientDet-Lite and EfficientNet-Lite in google/automl (fpn_num_filters 64,
fpn_cell_repeats 3, box_class_repeats 3, sums instead of weights, ReLU6), 9 anchors, 90 classes.
"""

from __future__ import annotations

import numpy as np

from benchmarks.prediction.build import PROBABILITY, Builder
from npucore.graph import Graph
from npucore.ops import Activation, Dequantize, DetectionPostprocess, Logistic
from npucore.tensor import Tensor

RELU6 = Activation.RELU6
FLOAT = np.dtype(np.float32)
SIDE, WIDTH, CELLS, REPEATS = 320, 64, 3, 3
ANCHORS, CLASSES, LEVELS = 9, 90, 5
BLOCKS = (  # kernel, stride of the first, expansion, channels, repetitions
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)
TAKEN = (40, 112, 320)  # channels of the backbone's maps that go on
DETECTIONS = 25
SCALE = (1.0, 1.0, 1.0, 1.0)


def efficientdet_lite0() -> Graph:
    """From an image to boxes, the postprocessing included."""
    b = Builder()
    image = b.tensor((1, SIDE, SIDE, 3))
    levels = _pyramid(b, _backbone(b, image))
    for cell in range(CELLS):
        levels = _cell(b, levels, first=cell == 0)
    boxes = _head(b, levels, 4)
    scores = _head(b, levels, CLASSES)
    y = b.tensor(scores.shape, PROBABILITY)
    b.ops.append(Logistic(input=scores, output=y))
    return b.graph("efficientdet_lite0", [image], _postprocess(b, boxes, y))


def _backbone(b: Builder, image: Tensor) -> list[Tensor]:
    """EfficientNet-Lite0 without its head."""
    x = b.conv(image, 32, 3, 2, activation=RELU6)
    found: dict[int, Tensor] = {}
    for kernel, first, expansion, channels, repetitions in BLOCKS:
        for index in range(repetitions):
            stride, wide = first if index == 0 else 1, x.shape[3] * expansion
            y = b.conv(x, wide, activation=RELU6) if expansion > 1 else x
            y = b.conv(y, wide, kernel, stride, depthwise=True, activation=RELU6)
            y = b.conv(y, channels)
            same = stride == 1 and x.shape[3] == channels
            x = b.add(y, x) if same else y
        found[channels] = x
    return [found[channels] for channels in TAKEN]


def _pyramid(b: Builder, maps: list[Tensor]) -> list[Tensor]:
    """Two levels more, by pooling."""
    p6 = b.pool(b.conv(maps[-1], WIDTH), 3, 2)
    return [*maps, p6, b.pool(p6, 3, 2)]


def _cell(b: Builder, levels: list[Tensor], *, first: bool) -> list[Tensor]:
    """Down through the levels, then up again; a sum of each goes through a separable layer."""

    def narrow(x: Tensor) -> Tensor:
        return b.conv(x, WIDTH) if first and x.shape[3] != WIDTH else x

    top = levels[-1]
    down: list[Tensor] = [top]
    for level in reversed(levels[:-1]):
        up = b.upsample(down[0], level.shape[1])
        down.insert(0, b.separable(b.add(narrow(level), up, RELU6), WIDTH))
    found = [down[0]]
    for index in range(1, LEVELS):
        smaller = b.pool(found[-1], 3, 2)
        total = narrow(levels[index])
        if index < LEVELS - 1:
            total = b.add(total, down[index])
        found.append(b.separable(b.add(total, smaller, RELU6), WIDTH))
    return found


def _head(b: Builder, levels: list[Tensor], numbers: int) -> Tensor:
    """(1, anchors of all levels, *numbers*)."""
    parts = []
    for x in levels:
        count = x.shape[1] ** 2 * ANCHORS
        for _ in range(REPEATS):
            y = b.conv(x, WIDTH, 3, depthwise=True)
            x = b.conv(y, WIDTH, activation=RELU6)
        parts.append(b.reshape(b.separable(x, numbers * ANCHORS), (1, count, numbers)))
    return b.concatenate(parts, 1)


def _postprocess(b: Builder, boxes: Tensor, scores: Tensor) -> tuple[Tensor, ...]:
    reals = []
    for tensor in (boxes, scores):
        reals.append(Tensor(f"{tensor.name}_real", tensor.shape, FLOAT))
        b.ops.append(Dequantize(input=tensor, output=reals[-1]))
    count = boxes.shape[1]
    anchors = np.random.default_rng(3).random((count, 4)).astype(np.float32)
    shapes = ((1, DETECTIONS, 4), (1, DETECTIONS), (1, DETECTIONS), (1,))
    op = DetectionPostprocess(
        boxes=reals[0],
        scores=reals[1],
        anchors=Tensor("anchors", (count, 4), FLOAT, None, anchors),
        results=tuple(Tensor(f"out{n}", shape, FLOAT) for n, shape in enumerate(shapes)),
        scale=SCALE,
        classes=CLASSES,
        max_detections=DETECTIONS,
    )
    b.ops.append(op)
    return op.results
