# SPDX-License-Identifier: MIT
"""Lowers an op to layers."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from weakref import WeakKeyDictionary

from npucore.errors import UnsupportedError
from npucore.family.rules import Rule
from npucore.graph import Graph
from npucore.ops import Convolution, Op
from npucore.rewrite.fold import source_and_padding
from npucore.rewrite.matrix import matrix
from npucore.tensor import Tensor
from npucore_vsim.chip import Chip
from npucore_vsim.lower import CHANGEABLE, Layer, lower
from npucore_vsim.rules import NO_LAYER, rules
from npucore_vsim.rules.fits import why_not


class VsimLowering:
    """Implements `npucore.family.judging.Lowering`.

    Rules look at the whole graph, so that a verdict holds for one graph; most layers are the same
    in every graph, and are kept.
    """

    otherwise = NO_LAYER

    def __init__(self, chip: Chip) -> None:
        self._chip, self._rules = chip, rules(chip)
        self._direct: WeakKeyDictionary[Op, Op] = WeakKeyDictionary()
        self._layers: WeakKeyDictionary[Op, dict[Tensor, list[Layer]]] = WeakKeyDictionary()

    @property
    def rules(self) -> Sequence[Rule]:
        """Those of the chip, in order."""
        return self._rules

    def context(self, op: Op, graph: Graph) -> Hashable | None:
        """Anything: where operands lie, and which ops are around."""
        return None

    def direct(self, op: Op, graph: Graph) -> Op:
        """A product by a constant matrix as a matrix of weights; the same one every time."""
        if (found := self._direct.get(op)) is not None:
            return found
        if (made := matrix(op)) is None or made is op:
            return op
        self._direct[op] = made
        return made

    def lower(self, op: Op, graph: Graph) -> list[Layer]:
        """The op's layers, in order."""
        source = op.inputs[0]
        if isinstance(op, Convolution):
            source, _ = source_and_padding(op, graph)
        known = self._layers.setdefault(op, {})
        if source not in known or isinstance(op, CHANGEABLE):
            layers = lower(op, graph, self._chip)
            for layer in layers:
                if reason := why_not(layer, self._chip):
                    raise UnsupportedError(reason)
            known[source] = layers
        return known[source]
