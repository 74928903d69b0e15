# SPDX-License-Identifier: MIT
"""Fused activations: where they clamp inside the range of their output."""

from __future__ import annotations

from npucore.ops import Add, Convolution, FullyConnected, Pooling
from npucore.quantize import activation_bounds, stored_range

ACTIVATED = (Add, Convolution, FullyConnected, Pooling)
Activated = Add | Convolution | FullyConnected | Pooling


def inner_bounds(op: Activated) -> tuple[int | None, int | None]:
    """Stored numbers, None at the ends of the range, where saturation clamps."""
    bounds = activation_bounds(op.activation, op.output)
    ends = stored_range(op.output.dtype)
    low, high = (None if a == b else a for a, b in zip(bounds, ends, strict=True))
    return low, high


def has_relu(op: Activated) -> bool:
    """Whether the clamp at the output's zero point has to be switched on."""
    return inner_bounds(op)[0] is not None
