# SPDX-License-Identifier: MIT
"""Rules of additions, whose operands lie where they lie."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

from npucore.graph import Graph
from npucore.ops import Add
from npucore_vsim.alias import views
from npucore_vsim.chip import Chip
from npucore_vsim.lower import add
from npucore_vsim.maps import stored_shape
from npucore_vsim.place import room
from npucore_vsim.rows import MESAS, Distance, alignment, columns

MOST_COPIES = 4  # of every map: its pixels, its four planes, and channels that fill up the cores
MOST_ERROR = 0.95  # LSB, before the output is rounded: together they stay within the bound of 1


def is_odd(op: Add) -> bool:
    """Whether the last row of the image goes beyond the map."""
    return op.output.elements % min(MESAS) != 0


def odd_sum(op: Add, graph: Graph) -> str | None:
    """Elements that rows of 32 columns do not divide: the last row goes beyond the map."""
    return None


@dataclass(frozen=True, slots=True)
class Sums:
    """Rules that depend on the chip."""

    chip: Chip

    def whole_rows(self, op: Add, graph: Graph) -> str | None:
        """Operands whose distance is whole rows of some width, wherever they lie.

        On V8 this is `sibling`: Mesa adds there with other kernels.
        """
        found, shape = views(graph, self.chip), stored_shape(op.output)
        first, second, out = (found[tensor] for tensor in (op.a, op.b, op.output))
        most = MOST_COPIES * sum(root.elements for root in {v.root for v in found.values()})
        step = alignment(most, shape.elements)
        apart = abs(first.offset - second.offset)
        distance = Distance(apart, apart)
        if first.root is second.root and not apart and not op.a.q.same_as(op.b.q):
            return "its operands are one tensor with two quantizations"
        if first.root is not second.root:
            distance = Distance(gcd(apart, step), most)
        if columns(shape, distance, room(out, op.output, step)) is None:
            return (
                f"its operands or its result are parts of other tensors, {apart} bytes from where "
                f"rows of any width would fit {shape.elements} elements"
            )
        return None

    def scales_alike(self, op: Add, graph: Graph) -> str | None:
        """Operands' scales that 8-bit weights express to within an LSB of the output."""
        if (error := add.weights(op, self.chip).error) > MOST_ERROR:
            return f"8-bit weights for its operands' scales err by {error:.2f}"
        return None
