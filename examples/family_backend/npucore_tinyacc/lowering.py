# SPDX-License-Identifier: MIT
"""Lowers an op that the rules take to a layer, cut to tasks."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from npucore.family.rules import Rule
from npucore.graph import Graph
from npucore.ops import Op
from npucore_tinyacc.chip import Chip
from npucore_tinyacc.lower import lower
from npucore_tinyacc.plan import Plan, planned
from npucore_tinyacc.rules import OTHERWISE, rules


class TinyaccLowering:
    """Implements `npucore.family.judging.Lowering`."""

    otherwise = OTHERWISE

    def __init__(self, chip: Chip) -> None:
        self._chip, self._rules = chip, rules(chip)

    @property
    def rules(self) -> Sequence[Rule]:
        """Those of the chip, in order."""
        return self._rules

    def context(self, op: Op, graph: Graph) -> Hashable:
        """The rounding: no rule looks at an op's neighbours."""
        return graph.rounding

    def direct(self, op: Op, graph: Graph) -> Op:
        """As it is."""
        return op

    def lower(self, op: Op, graph: Graph) -> Plan | None:
        """None for a view. Raises `UnsupportedError` if the buffer is too small."""
        layer = lower(op, graph)
        return None if layer is None else planned(layer, self._chip)
