# SPDX-License-Identifier: MIT
"""Rules of ops of two operands that the element-wise stage computes."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Add, Maximum, Minimum, Mul, Subtract
from npucore_rocket.maps import map_shape


def two_maps(op: Add | Maximum | Minimum | Mul | Subtract, graph: Graph) -> str | None:
    """Two computed maps of one shape, or one and constants of its shape."""
    if op.a.is_constant and op.b.is_constant:
        return "both operands are constant"
    if map_shape(op.output) is None:
        return f"{op.output.name} of shape {op.output.shape} is no feature map"
    return None
