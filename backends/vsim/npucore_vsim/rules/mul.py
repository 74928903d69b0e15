# SPDX-License-Identifier: MIT
"""Rules of products."""

from __future__ import annotations

from dataclasses import dataclass

from npucore.graph import Graph
from npucore.ops import Mul
from npucore.quantize import activation_bounds, stored_range
from npucore_vsim.alias import views
from npucore_vsim.chip import Chip
from npucore_vsim.lower import mul
from npucore_vsim.lower.constant import has_constant


def is_product(op: Mul) -> bool:
    """Whether both operands are computed."""
    return not has_constant(op)


def one_operand(op: Mul, graph: Graph) -> str | None:
    """A constant of one value, a value's own logistic function, or itself: one look-up.

    Without an activation inside the range.
    """
    if not has_constant(op) and mul.gate(op, graph) is None and op.a is not op.b:
        return None
    if activation_bounds(op.activation, op.output) != stored_range(op.output.dtype):
        return f"{op.activation} clamps inside the range of its output"
    return None


@dataclass(frozen=True, slots=True)
class Products:
    """Rules that depend on the chip."""

    chip: Chip

    def two_tensors(self, op: Mul, graph: Graph) -> str | None:
        """Two tensors: look-ups of the squares of their sum and difference, 32 at most.

        The tables are within an LSB for all 65,536 pairs, or the product is refused.
        """
        if mul.gate(op, graph) is not None or op.a is op.b:
            return None
        found = graph.once(views, self.chip)
        first, second = found[op.a], found[op.b]
        if first.root is second.root and first.offset == second.offset:
            return "its operands are two views of one tensor"
        return None
