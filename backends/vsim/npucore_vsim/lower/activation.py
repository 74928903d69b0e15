# SPDX-License-Identifier: MIT
"""Fused activations: where they clamp inside the range of their output."""

from __future__ import annotations

from npucore.ops import Add, Convolution, FullyConnected, Pooling
from npucore.quantize import inner_bounds

ACTIVATED = (Add, Convolution, FullyConnected, Pooling)
Activated = Add | Convolution | FullyConnected | Pooling


def has_relu(op: Activated) -> bool:
    """Whether the clamp at the output's zero point has to be switched on."""
    return inner_bounds(op.activation, op.output)[0] is not None
