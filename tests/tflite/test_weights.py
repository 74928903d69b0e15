# SPDX-License-Identifier: MIT
"""Weights that are not like the activations: int8 under floats or int16, of 4 bits, computed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.material.tflite.litert import assert_equals_litert
from tests.material.tflite.write import SAME, constant, draw, single, tensor

from npucore_tflite.writing.file import TensorSpec  # isort: skip

Rng = np.random.Generator
F = np.float32
ACTIVATIONS = [0, 1, 3]


def int8(rng: Rng, *shape: int, per_channel: int | None = None) -> TensorSpec:
    data = rng.integers(-127, 128, shape)
    if per_channel is None:
        return constant(data, np.int8, scale=0.02)
    scales = rng.uniform(0.01, 0.05, shape[per_channel]).astype(F)
    return constant(data, np.int8, scale=scales, axis=per_channel)


def convolution(
    rng: Rng, x: TensorSpec, y: TensorSpec, weights: TensorSpec, bias: TensorSpec, **options: Any
) -> bytes:
    sides = {"padding": SAME, "strideH": 1, "strideW": 1}
    dilation = {"dilationHFactor": 1, "dilationWFactor": 1}
    return single("CONV_2D", [x, weights, bias], y, **sides, **dilation, **options)


@pytest.mark.parametrize("per_channel", [None, 0])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_float_maps_over_int8_weights(rng: Rng, per_channel: int | None, activation: int) -> None:
    x, y = tensor((2, 7, 6, 5), F), tensor((2, 7, 6, 8), F)
    bias = constant(rng.normal(size=8), F)
    weights = int8(rng, 8, 3, 3, 5, per_channel=per_channel)
    data = convolution(rng, x, y, weights, bias, fusedActivationFunction=activation)
    assert_equals_litert(data, draw(rng, x) * 3)


def test_float_maps_over_int8_weights_of_each_channel(rng: Rng) -> None:
    x, y = tensor((2, 7, 6, 8), F), tensor((2, 7, 6, 8), F)
    weights, bias = int8(rng, 1, 3, 3, 8, per_channel=3), constant(rng.normal(size=8), F)
    sides = {"padding": SAME, "strideH": 1, "strideW": 1, "depthMultiplier": 1}
    dilation = {"dilationHFactor": 1, "dilationWFactor": 1}
    data = single("DEPTHWISE_CONV_2D", [x, weights, bias], y, **sides, **dilation)
    assert_equals_litert(data, draw(rng, x) * 3)


@pytest.mark.parametrize("asymmetric", [False, True])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_float_rows_over_int8_weights(rng: Rng, asymmetric: bool, activation: int) -> None:
    x, y = tensor((9, 20), F), tensor((9, 12), F)
    operands = [x, int8(rng, 12, 20), constant(rng.normal(size=12), F)]
    options = {"fusedActivationFunction": activation, "asymmetricQuantizeInputs": asymmetric}
    rows = draw(rng, x) + F(1)
    rows[3] = 0  # a row of nothing has no range
    model = single("FULLY_CONNECTED", operands, y, **options)
    assert_equals_litert(model, rows, distinct=20)


def wide(shape: tuple[int, ...], scale: float) -> TensorSpec:
    return TensorSpec(shape, np.int16, scale, 0)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_int16_maps_over_int8_weights(rng: Rng, activation: int) -> None:
    x, y = wide((1, 7, 6, 5), 0.0001), wide((1, 7, 6, 8), 0.0008)
    weights = int8(rng, 8, 3, 3, 5, per_channel=0)
    held = rng.integers(-90000, 90000, 8)
    numbers = constant(held, "int64", scale=np.asarray(weights.scale) * F(0.0001))
    data = convolution(rng, x, y, weights, numbers, fusedActivationFunction=activation)
    assert_equals_litert(data, draw(rng, x) * np.int16(30), distinct=20)


def test_int16_rows_over_int8_weights(rng: Rng) -> None:
    x, y = wide((9, 20), 0.001), wide((9, 12), 0.003)
    bias = constant(rng.integers(-90000, 90000, 12), "int64", scale=0.02 * 0.001)
    operands = [x, int8(rng, 12, 20), bias]
    assert_equals_litert(single("FULLY_CONNECTED", operands, y), draw(rng, x) * np.int16(30))


@pytest.mark.parametrize("dtype", ["float32", "int8"])
def test_a_layer_of_two_computed_operands(rng: Rng, dtype: str) -> None:
    """As attention of YOLO11 has it."""
    x, weights = tensor((9, 20), dtype, 0.05), tensor((12, 20), dtype, 0.02, 0)
    data = single("FULLY_CONNECTED", [x, weights, None], tensor((9, 12), dtype, 0.3))
    assert_equals_litert(data, draw(rng, x), draw(rng, weights))


def test_a_pruned_channel(rng: Rng) -> None:
    x, y = tensor((1, 7, 6, 5)), tensor((1, 7, 6, 4), scale=0.7)
    scales = np.array([0.02, 0, 0.03, 0.01], F)
    weights = constant(rng.integers(-127, 128, (4, 3, 3, 5)), np.int8, scale=scales)
    bias = constant(rng.integers(-900, 900, 4), np.int32, scale=scales * F(0.1))
    assert_equals_litert(convolution(rng, x, y, weights, bias), draw(rng, x))


@pytest.mark.parametrize("axis", [None, 0])
def test_int8_weights_behind_dequantize(rng: Rng, axis: int | None) -> None:
    from npucore_tflite import parse
    from npucore_tflite.writing.file import OperatorSpec, model

    x, y, real = tensor((9, 20), F), tensor((9, 12), F), tensor((12, 20), F)
    stored = int8(rng, 12, 20, per_channel=axis)
    operators = [
        OperatorSpec("DEQUANTIZE", [stored], [real], version=5),
        OperatorSpec("FULLY_CONNECTED", [x, real, None], [y]),
    ]
    data = model(operators, [x], [y])
    assert [op.name for op in parse(data).ops] == ["fully_connected"]
    assert_equals_litert(data, draw(rng, x))
