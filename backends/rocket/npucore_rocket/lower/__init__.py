# SPDX-License-Identifier: MIT
"""Ops in rocket's own vocabulary: every op that the NPU takes becomes one convolution layer."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Add, Convolution, FullyConnected, Op, Pooling
from npucore_rocket.lower import add, convolution, fully_connected, pooling
from npucore_rocket.lower.layer import Addend, Layer

__all__ = ["Addend", "Layer", "lower"]


def lower(op: Op, graph: Graph) -> Layer:
    """The layer of one op that the rules have accepted."""
    match op:
        case Convolution():
            return convolution.lower(op, graph)
        case FullyConnected():
            return fully_connected.lower(op, graph)
        case Add():
            return add.lower(op, graph)
        case Pooling():
            return pooling.lower(op, graph)
    op.invalid("rocket has no layer for it")
