# SPDX-License-Identifier: MIT
"""Splits -> nothing where pieces lie one behind the other, else copies."""

from __future__ import annotations

from itertools import accumulate

from npucore.graph import Graph
from npucore.ops import Split
from npucore_vsim.axes import along
from npucore_vsim.chip import Chip
from npucore_vsim.lower.layer import Layer
from npucore_vsim.lower.parts import part


def lower(op: Split, graph: Graph, chip: Chip) -> list[Layer]:
    """A copy for each piece."""
    read = along(op.input, op.axis)
    if read.contiguous:
        return []
    starts = accumulate(op.sizes, initial=0)
    return [
        part(op.input, read.at(first), piece, along(piece, op.axis))
        for first, piece in zip(starts, op.results, strict=False)
    ]
