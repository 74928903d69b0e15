# SPDX-License-Identifier: MIT
"""Fused activations -> what the BS or EW stage cuts off before the sum is requantized."""

from __future__ import annotations

from dataclasses import replace

from npucore.ops import (
    Add,
    Convolution,
    FullyConnected,
    Op,
    Pooling,
    TransposeConvolution,
)
from npucore.quantize import inner_bounds
from npucore_rocket.lower.layer import Layer

ACTIVATED = (Add, Convolution, FullyConnected, Pooling, TransposeConvolution)
Activated = Add | Convolution | FullyConnected | Pooling | TransposeConvolution


def activated(layer: Layer, op: Op) -> Layer:
    """*layer* with the activation of *op*.

    ``sum < 0 -> 0`` before the requantisation is ``output < zero point -> zero point`` behind it;
    an upper bound is one in units of that sum. Source: rocket hardware reference 5.10; facts of
    2026-11, A5.
    """
    if not isinstance(op, ACTIVATED):
        return layer
    low, high = inner_bounds(op.activation, op.output)
    if low is None and high is None:
        return layer
    top = None if high is None else high - int(op.output.q.zero_point)
    return replace(layer, relu=True, relu_top=top)
