# SPDX-License-Identifier: MIT
"""Products by one constant matrix -> matrices of weights."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import BatchMatmul
from npucore.rewrite.matrix import matrix
from npucore_vsim.chip import Chip
from npucore_vsim.lower import fully_connected
from npucore_vsim.lower.layer import Layer


def lower(op: BatchMatmul, graph: Graph, chip: Chip) -> list[Layer]:
    """The layers of a fully connected op with the same matrix."""
    product = matrix(op)
    if product is None:
        op.invalid("its right operand is not one constant matrix")
    return fully_connected.lower(product, graph, chip)
