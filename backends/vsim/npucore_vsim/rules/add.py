# SPDX-License-Identifier: MIT
"""Rules of sums and differences, whose operands lie where they lie."""

from __future__ import annotations

from dataclasses import dataclass

from npucore.graph import Graph
from npucore.ops import Add, Subtract
from npucore_vsim.alias import views
from npucore_vsim.chip import Chip
from npucore_vsim.lower import add
from npucore_vsim.lower.constant import has_constant
from npucore_vsim.rows import MESAS

MOST_ERROR = 0.95  # LSB, before the output is rounded: together they stay within the bound of 1


def is_sum(op: Add | Subtract) -> bool:
    """Whether both operands are computed."""
    return not has_constant(op)


def is_odd(op: Add | Subtract) -> bool:
    """Whether the last row of the image goes beyond the map."""
    return is_sum(op) and op.output.elements % min(MESAS) != 0


def odd_sum(op: Add | Subtract, graph: Graph) -> str | None:
    """Elements that rows of 32 columns do not divide: the last row goes beyond the map."""
    return None


@dataclass(frozen=True, slots=True)
class Sums:
    """Rules that depend on the chip."""

    chip: Chip

    def one_sum(self, op: Add | Subtract, graph: Graph) -> str | None:
        """Two tensors, or one that is added to itself.

        On V8 this is `sibling`: Mesa adds there with other kernels.
        """
        found = graph.once(views, self.chip)
        first, second = found[op.a], found[op.b]
        if first.root is not second.root or first.offset != second.offset:
            return None
        if isinstance(op, Subtract):
            return "its operands are one tensor, whose difference is known"
        if op.a.q.same_as(op.b.q):
            return None
        return "its operands are one tensor with two quantizations"

    def scales_alike(self, op: Add | Subtract, graph: Graph) -> str | None:
        """Operands' scales that 8-bit weights express to within an LSB of the output."""
        if (error := add.weights(op, self.chip).error) > MOST_ERROR:
            return f"8-bit weights for its operands' scales err by {error:.2f}"
        return None
