# SPDX-License-Identifier: MIT
"""Ops in the chip's own vocabulary: convolutions, and jobs that move bytes."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Add, Convolution, FullyConnected, Mean, Op, Pooling, Quantize
from npucore_vsim.chip import Chip
from npucore_vsim.lower import add, convolution, fully_connected, mean, pooling, quantize
from npucore_vsim.lower.layer import Convolve, Layer, MaxPool, Pick, Reshuffle

__all__ = ["LAYERS", "Convolve", "Layer", "MaxPool", "Pick", "Reshuffle", "lower"]

LAYERS: tuple[type[Op], ...] = (Add, Convolution, FullyConnected, Mean, Pooling, Quantize)


def lower(op: Op, graph: Graph, chip: Chip) -> list[Layer]:
    """The layers of one op that the rules have accepted, in order."""
    match op:
        case Add():
            return add.lower(op, graph, chip)
        case Convolution():
            return convolution.lower(op, graph, chip)
        case FullyConnected():
            return fully_connected.lower(op, graph, chip)
        case Mean():
            return mean.lower(op, graph, chip)
        case Pooling():
            return pooling.lower(op, graph, chip)
        case Quantize():
            return quantize.lower(op, graph, chip)
    return op.invalid("vsim has no layer for it")
