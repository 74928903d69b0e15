# SPDX-License-Identifier: MIT
"""Rules of ops that look-up tables compute, if the configuration has any."""

from __future__ import annotations

from dataclasses import dataclass

from npucore.graph import Graph
from npucore.ops import Mul, Op
from npucore_nvdla.chip import Chip
from npucore_nvdla.lower.lookup import function_of
from npucore_nvdla.lower.mul import operands


@dataclass(frozen=True, slots=True)
class Tables:
    """Rules that depend on the chip."""

    chip: Chip

    def looked_up(self, op: Op, graph: Graph) -> str | None:
        """A function of one stored number, on configurations with look-up tables."""
        if not self.chip.tables:
            return f"{self.chip.name} has no look-up tables"
        return None if function_of(op, graph) else f"no table is known for {op.name}"

    def multiplied(self, op: Mul, graph: Graph) -> str | None:
        """One operand is a constant number, or stores real 0 as 0 (uint8: as 128).

        The chip multiplies by stored values and takes no zero point away. A product with a function
        of the same map is a table's.
        """
        if operands(op) or (self.chip.tables and function_of(op, graph)):
            return None
        return "neither operand is one constant number, or stores 0 as 0"
