# SPDX-License-Identifier: MIT
"""Rules of ops that move nothing in the NPU's layout."""

from __future__ import annotations

from dataclasses import dataclass

from npucore.graph import Graph
from npucore.ops import (
    Concatenation,
    Convolution,
    Op,
    Pad,
    Reshape,
    Split,
    StridedSlice,
    Transpose,
)
from npucore.quantize import activation_bounds, stored_range
from npucore.rewrite.fold import border
from npucore.rewrite.matrix import Move
from npucore_rocket.alias import cuts, stays
from npucore_rocket.lower.fully_connected import vanishes
from npucore_rocket.rules.limits import PADDING_THAT_RAN, Limits

VIEWS = (Reshape, Split, StridedSlice, Transpose)


@dataclass(frozen=True, slots=True)
class Joints:
    """Rules that depend on the chip, by its *limits*."""

    limits: Limits

    def nothing_moved(self, op: Move, graph: Graph) -> str | None:
        """Only moves that keep values in place in the NPU's layout, or that matrices absorb.

        The weights of these have their columns moved instead.
        """
        if vanishes(op, graph, self.limits.chip):
            return None
        if not stays(op):
            return f"{op.input.shape} to {op.output.shape} moves bytes in the NPU's layout"
        return _lonely(op, graph)

    def cut_at_atoms(self, op: Split | StridedSlice, graph: Graph) -> str | None:
        """Channels alone are cut, at multiples of 16, next to a layer of the NPU."""
        places, atom = cuts(op), self.limits.chip.atom_bytes
        if places is None:
            return "it cuts rows, columns, or every n-th channel"
        if any(place % atom for place in places):
            return f"it cuts at channels {places}, wanted multiples of {atom}"
        return _lonely(op, graph)


def no_activation(op: Concatenation, graph: Graph) -> str | None:
    """Nothing is computed: no activation that clamps inside the range."""
    if activation_bounds(op.activation, op.output) == stored_range(op.output.dtype):
        return None
    return f"{op.activation} clamps inside the range of its output"


def folded_border(op: Pad, graph: Graph) -> str | None:
    """Rows and columns of real 0, for convolutions alone, which add them themselves."""
    if (added := border(op)) is None:
        return "it pads channels, or with something other than real 0"
    if not op.input.q.same_as(op.output.q):
        return "input and output differ in quantization"
    readers = graph.readers.get(op.output, ())
    if not readers or op.output in graph.outputs:
        return "there is no convolution behind it to fold it into"
    for reader in readers:
        if not isinstance(reader, Convolution):
            return f"{reader.name} reads it, not only convolutions"
        total = max(a + b for a, b in zip(reader.padding, added, strict=True))
        if total > PADDING_THAT_RAN:
            return (
                f"with the convolution's own that is padding of {total}, at most {PADDING_THAT_RAN}"
            )
    return None


def _lonely(op: Op, graph: Graph) -> str | None:
    """A view needs a layer that writes or reads it; alone it would only cost conversions."""
    if any(tensor.is_constant for tensor in (*op.inputs, *op.outputs)):
        return "its operand is constant"
    before = [graph.writer.get(tensor) for tensor in op.inputs]
    behind = [reader for tensor in op.outputs for reader in graph.readers.get(tensor, ())]
    near = any(other is not None and not isinstance(other, VIEWS) for other in before + behind)
    return None if near else "there is no layer beside it to join"
