# SPDX-License-Identifier: MIT
"""Lowers an op that the rules take to layers, cut to tasks."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

from npucore.contract.backend import Verdict
from npucore.family.judging import Trust
from npucore.family.rules import Rule
from npucore.graph import Graph
from npucore.ops import (
    Concatenation,
    Convolution,
    FullyConnected,
    Mul,
    Op,
    Pad,
    Reshape,
    Split,
    StridedSlice,
    Transpose,
)
from npucore.rewrite.fold import source_and_padding
from npucore_nvdla.chip import Chip
from npucore_nvdla.lower import lookup, lower
from npucore_nvdla.lower.fully_connected import direct
from npucore_nvdla.lower.layer import Convolve, Layer
from npucore_nvdla.plan import plan
from npucore_nvdla.rules import OTHERWISE, rules

AROUND = (
    *(Concatenation, FullyConnected, Mul, Pad, Reshape, Split, StridedSlice, Transpose),
    *lookup.KINDS,
)
"""Ops whose verdict depends on the ops around them."""
TOLD_LOSS = 0.1  # LSB; what is less is not worth a note


class NvdlaLowering:
    """Implements `npucore.family.judging.Lowering`."""

    otherwise = OTHERWISE

    def __init__(self, chip: Chip) -> None:
        self._chip, self._rules = chip, rules(chip)

    @property
    def rules(self) -> Sequence[Rule]:
        """Those of the chip, in order."""
        return self._rules

    def context(self, op: Op, graph: Graph) -> Hashable | None:
        """The rounding, and a border that is folded; anything for ops that look around."""
        if isinstance(op, AROUND):
            return None
        if isinstance(op, Convolution):
            return graph.rounding, source_and_padding(op, graph)
        return graph.rounding

    def direct(self, op: Op, graph: Graph) -> Op:
        """A product by a constant matrix as a matrix of weights over the map before any moves."""
        return direct(op, graph)

    def lower(self, op: Op, graph: Graph) -> list[Layer] | None:
        """None for a view. Raises `UnsupportedError` for numbers or sizes that do not fit."""
        layers = lower(op, graph, self._chip)
        if layers is None:
            return None
        return [piece for layer in layers for piece in plan(layer, self._chip)]


def graded(verdict: Verdict, lowered: list[Layer], trust: Trust) -> Verdict:
    """With a note of what 16-bit biases and scales lose, and of products by 0."""
    lost = max((layer.loss for layer in lowered if isinstance(layer, Convolve)), default=0.0)
    if lost < TOLD_LOSS or not verdict:
        return verdict
    return replace(verdict, note=f"16-bit biases and scales lose up to {lost:.2f} LSB")
