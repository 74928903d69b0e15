# SPDX-License-Identifier: MIT
"""Ops -> layers, one file for each op. An op that is only a view becomes nothing."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Add, Convolution, FullyConnected, Op
from npucore_tinyacc.lower.add import add
from npucore_tinyacc.lower.convolution import convolution
from npucore_tinyacc.lower.fully_connected import fully_connected
from npucore_tinyacc.lower.layer import Layer


def lower(op: Op, graph: Graph) -> Layer | None:
    """The op's layer. Raises `UnsupportedError` if its numbers do not fit the chips."""
    match op:
        case Add():
            return add(op)
        case Convolution():
            return convolution(op, graph.rounding)
        case FullyConnected():
            return fully_connected(op, graph.rounding)
        case _:
            return None
