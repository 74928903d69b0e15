# SPDX-License-Identifier: MIT
"""Rules of ops that move values, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from npucore.graph import Graph
from npucore.ops import Concatenation, Op, Pad, Reshape, Split, StridedSlice, Transpose
from npucore_nvdla.alias import cuts, stays
from npucore_nvdla.axes import MOST_REGIONS, whole_atoms
from npucore_nvdla.chip import Chip
from npucore_nvdla.lower import concatenation, split, strided_slice
from npucore_nvdla.lower.fully_connected import vanishes
from npucore_nvdla.maps import Region, map_shape

VIEWS = (Reshape, Split, StridedSlice, Transpose)


def kept_quantization(op: Op, graph: Graph) -> str | None:
    """Operand and results share one quantization and dtype."""
    source = op.inputs[0]
    same = all(t.q.same_as(source.q) and t.dtype == source.dtype for t in op.outputs)
    return None if same else "operand and results differ in quantization"


def nothing_moved(op: Reshape | Transpose, graph: Graph) -> str | None:
    """Only moves that keep values in place in the chip's layout, or that matrices absorb.

    The weights of these have their columns moved instead.
    """
    if vanishes(op, graph):
        return None
    if not stays(op):
        return f"{op.input.shape} to {op.output.shape} moves bytes in the chip's layout"
    return _lonely(op, graph)


@dataclass(frozen=True, slots=True)
class Moves:
    """Rules that depend on the chip."""

    chip: Chip

    def parts(self, op: Concatenation | Split | StridedSlice, graph: Graph) -> str | None:
        """Boxes of rows, columns, and channels from a multiple of an atom's on."""
        if isinstance(op, Split | StridedSlice) and cuts(op, self.chip) is not None:
            return _lonely(op, graph)
        if any(not t.elements for t in (*op.inputs, *op.outputs)):
            return "a part without elements"
        found = list(_pairs(op))
        if not found:
            return "it is no box of steps of one"
        if sum(len(source) for source, _ in found) > MOST_REGIONS:
            return f"more than {MOST_REGIONS} parts that lie apart"
        for source, target in found:
            if not whole_atoms([*source, *target], self.chip):
                atom = self.chip.atom_bytes
                return f"it cuts or joins at channels that are no multiples of {atom}"
        return None

    def border(self, op: Pad, graph: Graph) -> str | None:
        """Rows and columns around a map."""
        if len(op.before) != 4 or min(*op.before, *op.after) < 0:
            return f"paddings {op.before}, {op.after}: no border of a map"
        if op.before[0] or op.after[0] or op.before[3] or op.after[3]:
            return "it pads images or channels"
        return None


def _pairs(
    op: Concatenation | Split | StridedSlice,
) -> Iterable[tuple[list[Region], list[Region]]]:
    if isinstance(op, Concatenation):
        return concatenation.places(op)
    if isinstance(op, Split):
        return split.places(op)
    found = strided_slice.places(op) if map_shape(op.input) else None
    return [] if found is None else [found]


def _lonely(op: Op, graph: Graph) -> str | None:
    """A view needs a layer that writes or reads it; alone it would only cost conversions."""
    if any(tensor.is_constant for tensor in (*op.inputs, *op.outputs)):
        return "its operand is constant"
    before = [graph.writer.get(tensor) for tensor in op.inputs]
    behind = [reader for tensor in op.outputs for reader in graph.readers.get(tensor, ())]
    near = any(other is not None and not isinstance(other, VIEWS) for other in before + behind)
    return None if near else "there is no layer beside it to join"
