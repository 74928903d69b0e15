# SPDX-License-Identifier: MIT
"""Ops in rocket's own vocabulary: every op that computes becomes one convolution layer."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Add, Convolution, FullyConnected, Mean, Op, Pooling, Quantize
from npucore_rocket.lower import add, convolution, fully_connected, mean, pooling, quantize
from npucore_rocket.lower.activation import activated
from npucore_rocket.lower.channels import divided
from npucore_rocket.lower.layer import Addend, Layer

__all__ = ["LAYERS", "Addend", "Layer", "divided", "lower"]

LAYERS: tuple[type[Op], ...] = (Add, Convolution, FullyConnected, Mean, Pooling, Quantize)


def lower(op: Op, graph: Graph) -> Layer:
    """The layer of one op that the rules have accepted, with its activation."""
    return activated(_lower(op, graph), op)


def _lower(op: Op, graph: Graph) -> Layer:
    match op:
        case Add():
            return add.lower(op, graph)
        case Convolution():
            return convolution.lower(op, graph)
        case FullyConnected():
            return fully_connected.lower(op, graph)
        case Mean():
            return mean.lower(op, graph)
        case Pooling():
            return pooling.lower(op, graph)
        case Quantize():
            return quantize.lower(op, graph)
    return op.invalid("rocket has no layer for it")
