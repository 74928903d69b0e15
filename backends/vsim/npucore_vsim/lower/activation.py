# SPDX-License-Identifier: MIT
"""Fused activations: where they clamp inside the range of their output."""

from __future__ import annotations

from dataclasses import replace

from npucore.ops import Activation, Add, Convolution, FullyConnected, Pooling
from npucore.quantize import activation_bounds, inner_bounds
from npucore_vsim.lower.layer import Layer
from npucore_vsim.lower.lookup import clamp

ACTIVATED = (Add, Convolution, FullyConnected, Pooling)
Activated = Add | Convolution | FullyConnected | Pooling


def has_relu(op: Activated) -> bool:
    """Whether the NN cores' own clamp, at the output's zero point, is the one that is wanted."""
    low, _ = inner_bounds(op.activation, op.output)
    return low is not None and low == int(op.output.q.zero_point)


def needs_clamp(op: Activated) -> bool:
    """Whether a look-up has to clamp what the NN cores cannot: above, elsewhere, or a pool."""
    low, high = inner_bounds(op.activation, op.output)
    above = high is not None
    return above or (low is not None and (isinstance(op, Pooling) or not has_relu(op)))


def without_clamp(op: Activated) -> tuple[Activated, Layer]:
    """*op* with another output and no activation, and the look-up that makes its own of that."""
    before = replace(op.output, name=f"{op.output.name} before {op.activation}")
    bounds = activation_bounds(op.activation, op.output)
    unclamped = replace(op, output=before, activation=Activation.NONE)
    return unclamped, clamp(before, op.output, bounds)
