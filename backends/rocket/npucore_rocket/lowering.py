# SPDX-License-Identifier: MIT
"""Lowers an op to plans, and grades their evidence."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from npucore.contract.backend import Verdict
from npucore.errors import UnsupportedError
from npucore.evidence import Evidence
from npucore.family.judging import Trust
from npucore.family.rules import Rule
from npucore.graph import Graph
from npucore.ops import Convolution, Op
from npucore.rewrite.fold import source_and_padding
from npucore_rocket.chip import Chip
from npucore_rocket.form import Form
from npucore_rocket.lower import LAYERS, Layer, direct, divided, lower
from npucore_rocket.lower.fully_connected import moves
from npucore_rocket.plan import Plan, ends_inside_a_group, planned
from npucore_rocket.quantize import fixed_scale
from npucore_rocket.rules import NO_LAYER, PART_OF_A_GROUP, rules

INT32 = np.iinfo(np.int32)


class Lowered(NamedTuple):
    """The plans of an op, in order, and those of its layers that end inside a group of kernels."""

    plans: tuple[Plan, ...]
    parts: tuple[Layer, ...]


class RocketLowering:
    """Implements `npucore.family.judging.Lowering`. *form* says how tasks are cut to groups."""

    otherwise = NO_LAYER

    def __init__(self, chip: Chip, form: Form) -> None:
        self._chip, self._form, self._rules = chip, form, rules(chip)
        self._part_of_a_group = next(r for r in self._rules if r.name == PART_OF_A_GROUP)

    @property
    def rules(self) -> Sequence[Rule]:
        """Those of the chip, in order."""
        return self._rules

    def context(self, op: Op, graph: Graph) -> Hashable | None:
        """The tensors folded into a layer, and the rounding; ops that only move look further."""
        if not isinstance(op, LAYERS):
            return None
        source = source_and_padding(op, graph)[0] if isinstance(op, Convolution) else None
        return source, moves(op, graph, self._chip), graph.rounding

    def direct(self, op: Op, graph: Graph) -> Op:
        """A matrix without the moves before it; anything else as it is."""
        return direct(op, graph, self._chip)

    def lower(self, op: Op, graph: Graph) -> Lowered | None:
        """The plans of an op that computes, in order."""
        if not isinstance(op, LAYERS):
            return None
        chip = self._chip
        layers = divided(lower(op, graph, chip), chip)
        plans = [plan for layer in layers for plan in planned(layer, chip, self._form)]
        for plan in plans:
            _check(plan.layer)
        parts = tuple(layer for layer in layers if ends_inside_a_group(layer, chip))
        return Lowered(tuple(plans), parts)

    def graded(self, verdict: Verdict, lowered: Lowered, trust: Trust) -> Verdict:
        """As well known as parts of groups are, if the user asked for those and there are some.

        The self-test's case of the rule has direct kernels: depthwise ones stay `paper`.
        """
        if self._form.whole_groups or not lowered.parts or verdict.evidence is None:
            return verdict
        level = trust.measured.known(self._part_of_a_group)
        if level is None:
            return Verdict("the board's self-test has refuted it: kernels in parts of groups")
        if any(layer.depthwise for layer in lowered.parts):
            level = Evidence.PAPER
        if level < trust.least:
            return Verdict(f"needs trust={level}: kernels in parts of groups")
        return replace(verdict, evidence=min(level, verdict.evidence))


def _check(layer: Layer) -> None:
    """Raise `UnsupportedError` for a layer whose numbers do not fit the chip."""
    if layer.addend is not None and fixed_scale(layer.addend.scale) is None:
        raise UnsupportedError(f"a scale of {layer.addend.scale:.3g} has no 15-bit form")
    if layer.bias.min() < INT32.min or layer.bias.max() > INT32.max:
        raise UnsupportedError("a bias beyond int32, corrected for the zero point")
