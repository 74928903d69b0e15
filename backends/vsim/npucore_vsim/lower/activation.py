# SPDX-License-Identifier: MIT
"""Fused activations: where they clamp inside the range of their output."""

from __future__ import annotations

from dataclasses import replace

from npucore.ops import (
    Activation,
    Add,
    Convolution,
    FullyConnected,
    Mul,
    Pooling,
    PoolingType,
    Subtract,
)
from npucore.quantize import inner_bounds
from npucore_vsim.lower.layer import Layer
from npucore_vsim.lower.lookup import clamp

ACTIVATED = (Add, Convolution, FullyConnected, Mul, Pooling, Subtract)
Activated = Add | Convolution | FullyConnected | Mul | Pooling | Subtract


def has_relu(op: Activated) -> bool:
    """Whether the NN cores' own clamp, at the output's zero point, is the one that is wanted."""
    low, _ = inner_bounds(op.activation, op.output)
    return low is not None and low == int(op.output.q.zero_point)


def needs_clamp(op: Activated) -> bool:
    """Whether a look-up has to clamp what the NN cores cannot: above, elsewhere, or a maximum."""
    return any(bound is not None for bound in _beyond(op))


def without_clamp(op: Activated) -> tuple[Activated, list[Layer]]:
    """*op* with another output and what the NN cores clamp, and look-ups that make its own of that.

    One for each bound: a table follows one bend to the last byte, but not two.
    """
    low, high = _beyond(op)
    bounds = [bound for bound in ((low, None), (None, high)) if bound != (None, None)]
    names = [f"{op.output.name} before {op.activation}, {n}" for n in range(len(bounds), 0, -1)]
    tensors = [*(replace(op.output, name=name) for name in names), op.output]
    ends = zip(tensors, tensors[1:], bounds, strict=False)
    clamps = [clamp(source, target, *bound) for source, target, bound in ends]
    left = Activation.NONE if low is not None or not has_relu(op) else Activation.RELU
    return replace(op, output=tensors[0], activation=left), clamps


def _beyond(op: Activated) -> tuple[int | None, int | None]:
    """The bounds, inside the output's range, that are left to look-ups."""
    low, high = inner_bounds(op.activation, op.output)
    return (None if has_relu(op) and not _is_maximum(op) else low), high


def _is_maximum(op: Activated) -> bool:
    """Whether the TP cores compute it, which do not clamp."""
    return isinstance(op, Pooling) and op.type is PoolingType.MAX
