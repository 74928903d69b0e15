# SPDX-License-Identifier: MIT
"""Small .tflite files for programs that speak LiteRT: a classifier, a detector, two ways in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from flatbuffers import flexbuffers

pytest.importorskip("ai_edge_litert", reason="the writer and oracle, LiteRT, is not installed")

from npucore_tflite.writing.file import GraphSpec, OperatorSpec, TensorSpec, model

SIDE, CLASSES, ANCHORS = 16, 10, 24


def layer(
    rng: np.random.Generator, x: TensorSpec, channels: int, name: str, scale: float = 0.05
) -> tuple[OperatorSpec, TensorSpec]:
    """A uint8 convolution of 3 x 3 by 2 in both directions, and its result."""
    batch, rows, columns, depth = x.shape
    shape = (batch, rows // 2, columns // 2, channels)
    y = TensorSpec(shape, np.uint8, scale, 128, name=name)
    values = rng.integers(0, 256, (channels, 3, 3, depth))
    weights = TensorSpec(values.shape, np.uint8, 0.01, 120, data=values.astype(np.uint8))
    biases = rng.integers(-900, 900, channels).astype(np.int32)
    step = float(np.asarray(x.scale)) * 0.01
    bias = TensorSpec((channels,), np.int32, step, data=biases)
    options = {"strideH": 2, "strideW": 2, "padding": 0}
    return OperatorSpec("CONV_2D", [x, weights, bias], [y], options), y


def picture(open_shape: tuple[int, ...] = ()) -> TensorSpec:
    """A photo's bytes."""
    shape = (1, SIDE, SIDE, 3)
    return TensorSpec(shape, np.uint8, 0.01, 128, name="image", open_shape=open_shape)


def classifier(open_batch: bool = False, signature: bool = True) -> bytes:
    """uint8 (1, 16, 16, 3) -> uint8 (1, 10), by two convolutions, a mean and a softmax."""
    rng = np.random.default_rng(18)
    x = picture((-1, SIDE, SIDE, 3) if open_batch else ())
    first, a = layer(rng, x, 16, "first")
    second, b = layer(rng, a, CLASSES, "second", 0.2)
    mean = TensorSpec((1, CLASSES), np.uint8, 0.1, 128, name="mean")
    y = TensorSpec((1, CLASSES), np.uint8, 1 / 256, 0, name="scores")
    axes = TensorSpec((2,), np.int32, data=np.array([1, 2], np.int32), name="axes")
    operators = [
        first,
        second,
        OperatorSpec("MEAN", [b, axes], [mean], {"keepDims": False}),
        OperatorSpec("SOFTMAX", [mean], [y], {"beta": 1.0}),
    ]
    ways = {"serving_default": GraphSpec(operators, [x], [y])} if signature else {}
    return model(operators, [x], [y], signatures=ways)


def detector() -> bytes:
    """The same photo -> boxes, classes, scores and their count, as SSD networks end."""
    rng = np.random.default_rng(19)
    x = picture()
    first, a = layer(rng, x, 16, "first")
    ends, operators = [], [first]
    for name, channels, scale in (("boxes", 6, 0.05), ("scores", 12, 1 / 256)):
        made, y = layer(rng, a, channels, f"{name}_map", scale)
        shape = (1, ANCHORS, 16 * channels // ANCHORS)
        flat = TensorSpec(shape, np.uint8, scale, 128 if name == "boxes" else 0, name=name)
        if name == "scores":
            y = TensorSpec(y.shape, np.uint8, scale, 0, name=y.name)
            made = OperatorSpec(made.name, made.operands, [y], made.options)
        operators += [
            made,
            OperatorSpec("RESHAPE", [y, _shape(shape)], [flat], {"newShape": shape}),
        ]
        ends.append(flat)
    centres = rng.uniform(0.1, 0.9, (ANCHORS, 2))
    real = np.concatenate([centres, rng.uniform(0.1, 0.4, (ANCHORS, 2))], 1) / 0.004
    anchors = TensorSpec(
        (ANCHORS, 4), np.uint8, 0.004, 0, data=np.rint(real).astype(np.uint8), name="anchors"
    )
    results = [TensorSpec((), name=f"detections:{n}" if n else "detections") for n in range(4)]
    options: dict[str, Any] = {
        "max_detections": 5,
        "max_classes_per_detection": 1,
        "num_classes": 7,
        "nms_score_threshold": 0.1,
        "nms_iou_threshold": 0.5,
        "y_scale": 10.0,
        "x_scale": 10.0,
        "h_scale": 5.0,
        "w_scale": 5.0,
    }
    custom = bytes(flexbuffers.Dumps(options))
    end = OperatorSpec("TFLite_Detection_PostProcess", [*ends, anchors], results, {}, custom)
    return model([*operators, end], [x], results)


def _shape(values: tuple[int, ...]) -> TensorSpec:
    return TensorSpec((len(values),), np.int32, data=np.array(values, np.int32))


def two_ways() -> bytes:
    """float32 (1, 4): ``double`` in the main subgraph, ``add`` of two in another."""
    shape = (1, 4)
    x, y = TensorSpec(shape, name="x"), TensorSpec(shape, name="y")
    double = GraphSpec([OperatorSpec("ADD", [x, x], [y])], [x], [y])
    b, a, z = (TensorSpec(shape, name=name) for name in ("b", "a", "z"))
    add = GraphSpec([OperatorSpec("SUB", [b, a], [z])], [b, a], [z])
    return model(double.operators, [x], [y], [add], {"double": double, "subtract": add})
