# SPDX-License-Identifier: MIT
"""Maps side by side: every operand is copied to its place, or written there at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from npucore.graph import Graph
from npucore.ops import Concatenation
from npucore.quantize import activation_bounds
from npucore_nvdla.axes import along
from npucore_nvdla.chip import Chip
from npucore_nvdla.lower.layer import Layer
from npucore_nvdla.lower.points import clamped, copied
from npucore_nvdla.maps import Region
from npucore_nvdla.quantize import bounds


def places(op: Concatenation) -> Iterator[tuple[list[Region], list[Region]]]:
    """Regions of each operand, and where they go."""
    sizes = [operand.shape[op.axis] for operand in op.operands]
    for operand, size, begin in zip(op.operands, sizes, accumulate(sizes, initial=0), strict=False):
        if operand.elements:
            yield along(operand, op.axis, 0, size), along(op.output, op.axis, begin, size)


def lower(op: Concatenation, graph: Graph, chip: Chip) -> list[Layer]:
    """A layer for each region, and what is left of a clamp."""
    pairs = (zip(source, target, strict=True) for source, target in places(op))
    layers = [copied(*pair) for each in pairs for pair in each]
    clamp = bounds(op.output, activation_bounds(op.activation, op.output))
    return [*layers, *clamped(op.output, clamp)]
