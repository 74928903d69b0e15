# SPDX-License-Identifier: MIT
"""Ops in rocket's own vocabulary: every op that computes becomes one convolution layer."""

from __future__ import annotations

from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import (
    Add,
    BatchMatmul,
    Convolution,
    FullyConnected,
    Mean,
    Op,
    Pooling,
    Quantize,
)
from npucore_rocket.chip import Chip
from npucore_rocket.lower import add, convolution, fully_connected, mean, pooling, quantize
from npucore_rocket.lower.activation import activated
from npucore_rocket.lower.channels import divided
from npucore_rocket.lower.fully_connected import direct
from npucore_rocket.lower.layer import Addend, Layer
from npucore_rocket.maps import map_shape

__all__ = ["LAYERS", "Addend", "Layer", "direct", "divided", "lower"]

LAYERS: tuple[type[Op], ...] = (
    *(Add, BatchMatmul, Convolution, FullyConnected, Mean, Pooling, Quantize),
)


def lower(op: Op, graph: Graph, chip: Chip) -> Layer:
    """The layer of one op that the rules have accepted, with its activation.

    Raises `UnsupportedError` for a layer that takes a tensor for another map than it is.
    """
    layer = activated(_lower(op, graph, chip), op)
    for tensor, stated in layer.maps:
        real = map_shape(tensor)
        if real is None or not stated.lies_as(real):
            raise UnsupportedError(
                f"{tensor.name} of shape {tensor.shape} does not lie as the {stated.pixels} pixels "
                f"of {stated.channels} channels that its layer expects"
            )
    return layer


def _lower(op: Op, graph: Graph, chip: Chip) -> Layer:
    match op:
        case Add():
            return add.lower(op, graph)
        case Convolution():
            return convolution.lower(op, graph)
        case FullyConnected():
            return fully_connected.lower(op, graph, chip)
        case Mean():
            return mean.lower(op, graph)
        case Pooling():
            return pooling.lower(op, graph)
        case Quantize():
            return quantize.lower(op, graph)
    return op.invalid("rocket has no layer for it")
