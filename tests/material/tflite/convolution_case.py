# SPDX-License-Identifier: MIT
"""CONV_2D and DEPTHWISE_CONV_2D to be tested: one description, one model, one input."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from npucore.tensor import Array
from tests.material.tflite.write import ACTIVATIONS, SAME, TensorSpec, constant, draw, single

Rng = np.random.Generator


@dataclass(frozen=True)
class Case:
    """A convolution whose accumulators fill the output's range, unless *multiplier* is given.

    Inputs differ from their zero point, and weights from theirs, by at most *limit*.
    """

    dtype: str = "int8"
    size: tuple[int, int, int] = (1, 7, 9)
    channels: tuple[int, int] = (5, 8)
    kernel: tuple[int, int] = (3, 3)
    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    padding: int = SAME
    activation: str = "none"
    groups: int = 1
    depthwise: bool = False
    per_channel: bool = False
    zero_points: tuple[int, int, int] | None = None  # input, weights, output
    multiplier: float | None = None
    limit: int = 255
    bias: int | None = 9000

    @property
    def zeros(self) -> tuple[int, int, int]:
        return self.zero_points or ((-3, 0, 5) if self.dtype == "int8" else (120, 127, 131))

    @property
    def depth(self) -> int:
        return 1 if self.depthwise else self.channels[0] // self.groups

    @property
    def taps(self) -> int:
        return math.prod(self.kernel) * self.depth

    def places(self) -> tuple[int, int]:
        """Rows and columns of the output."""
        pairs = zip(self.size[1:], self.kernel, self.stride, self.dilation, strict=True)
        sizes = []
        for size, kernel, stride, dilation in pairs:
            extent = (kernel - 1) * dilation + 1
            same = self.padding == SAME
            sizes.append(-(-size // stride) if same else (size - extent) // stride + 1)
        return sizes[0], sizes[1]


def around(rng: Rng, shape: tuple[int, ...], dtype: str, zero: int, limit: int) -> Array:
    """Integers of *dtype* that differ from *zero* by at most *limit*."""
    low, high = (-127, 127) if dtype == "int8" else (0, 255)
    return rng.integers(max(low, zero - limit), min(high, zero + limit) + 1, shape).astype(dtype)


def quantized(case: Case, rng: Rng) -> tuple[list[TensorSpec], TensorSpec, Array]:
    """Operands, result and an input."""
    c, o = case.channels
    zi, zw, zo = case.zeros
    shape = (1, *case.kernel, o) if case.depthwise else (o, *case.kernel, case.depth)
    spread = rng.uniform(0.3, 2, o) if case.per_channel else 1.0
    scales = np.float32(0.0078) * np.asarray(spread, np.float32)
    weights = around(rng, shape, case.dtype, zw, case.limit)
    axis = 3 if case.depthwise and case.per_channel else 0
    x = around(rng, (*case.size, c), case.dtype, zi, case.limit)
    typical = 50 / (0.3 * min(case.limit, 255) ** 2 / 4 * math.sqrt(case.taps))
    so = 0.05 * 0.0078 / (case.multiplier or typical)
    operands = [
        TensorSpec(x.shape, case.dtype, 0.05, zi),
        constant(weights, case.dtype, scale=scales, zero_point=zw, axis=axis),
    ]
    if case.bias is not None:
        biases = rng.integers(-case.bias, case.bias + 1, o)
        operands.append(constant(biases, scale=scales * np.float32(0.05)))
    return operands, TensorSpec((case.size[0], *case.places(), o), case.dtype, so, zo), x


def real(case: Case, rng: Rng) -> tuple[list[TensorSpec], TensorSpec, Array]:
    """Operands, result and an input in float32."""
    c, o = case.channels
    shape = (1, *case.kernel, o) if case.depthwise else (o, *case.kernel, case.depth)
    weights = rng.normal(0, 1 / math.sqrt(case.taps), shape)
    operands = [TensorSpec((*case.size, c)), constant(weights, np.float32)]
    operands.append(constant(rng.normal(size=o), np.float32))
    x = draw(rng, operands[0])
    return operands, TensorSpec((case.size[0], *case.places(), o)), x


def build(case: Case, rng: Rng) -> tuple[bytes, Array]:
    """The case's model and an input."""
    operands, result, x = (real if case.dtype == "float32" else quantized)(case, rng)
    options: dict[str, Any] = {
        "padding": case.padding,
        "strideH": case.stride[0],
        "strideW": case.stride[1],
        "dilationHFactor": case.dilation[0],
        "dilationWFactor": case.dilation[1],
        "fusedActivationFunction": ACTIVATIONS[case.activation],
    }
    if case.depthwise:
        options["depthMultiplier"] = case.channels[1] // case.channels[0]
        return single("DEPTHWISE_CONV_2D", operands, result, **options), x
    return single("CONV_2D", operands, result, **options), x
