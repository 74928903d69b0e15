# SPDX-License-Identifier: MIT
"""A way to lower ops, and the evidence of what they have become."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from npucore.contract.backend import Verdict
from npucore.errors import UnsupportedError
from npucore.evidence import Evidence
from npucore.family.judging import Trust
from npucore.family.rules import Rule, needs
from npucore.graph import Graph
from npucore.ops import Op
from npucore_rocket.chip import Chip
from npucore_rocket.form import Form
from npucore_rocket.lower import Layer, Step, direct, divided
from npucore_rocket.plan import Plan, Planned, ends_inside_a_group, planned
from npucore_rocket.quantize import fixed_scale
from npucore_rocket.rules import NO_WAY, PART_OF_A_GROUP, layer_rules, rules_of_steps
from npucore_rocket.rules.steps import covering

INT32 = np.iinfo(np.int32)


class Lowered(NamedTuple):
    """The plans of an op, in order, the steps that they plan, and layers that end inside groups."""

    plans: tuple[Planned, ...]
    steps: tuple[Step, ...]
    parts: tuple[Layer, ...]


class RocketLowering:
    """One way; implements `npucore.family.judging.Lowering`.

    *steps* gives what an op becomes, None for nothing; *context* all that rules and steps take from
    the graph, None if that may be anything.
    """

    otherwise = NO_WAY

    def __init__(
        self,
        chip: Chip,
        form: Form,
        rules: Sequence[Rule],
        steps: Callable[[Op, Graph], tuple[Step, ...] | None],
        context: Callable[[Op, Graph], Hashable | None],
    ) -> None:
        self._chip, self._form, self._rules, self._steps = chip, form, rules, steps
        self._context = context

    @property
    def rules(self) -> Sequence[Rule]:
        """Those of this way, in order."""
        return self._rules

    def context(self, op: Op, graph: Graph) -> Hashable | None:
        """All that verdict and lowering take from the graph; None if that may be anything."""
        return self._context(op, graph)

    def direct(self, op: Op, graph: Graph) -> Op:
        """A matrix without the moves before it; anything else as it is."""
        return direct(op, graph, self._chip)

    def lower(self, op: Op, graph: Graph) -> Lowered | None:
        """The plans of an op, in order."""
        steps = self._steps(op, graph)
        if steps is None:
            return None
        plans: list[Planned] = []
        parts: list[Layer] = []
        for step in steps:
            if not isinstance(step, Layer):
                plans.append(step)
                continue
            for layer in divided(step, self._chip):
                plans += (_checked(plan) for plan in planned(layer, self._chip, self._form))
                parts += [layer] * ends_inside_a_group(layer, self._chip)
        return Lowered(tuple(plans), steps, tuple(parts))


class Grades:
    """How well what ops have become is known, on a chip whose tasks are cut by *form*."""

    def __init__(self, chip: Chip, form: Form) -> None:
        self._form, self._of_steps = form, rules_of_steps(chip)
        self._part_of_a_group = next(r for r in layer_rules(chip) if r.name == PART_OF_A_GROUP)

    def __call__(self, verdict: Verdict, lowered: Lowered, trust: Trust) -> Verdict:
        """The weakest of the verdict's evidence and that of the rules that its steps rest on."""
        for rule in covering(self._of_steps, lowered.steps):
            verdict = _with(verdict, rule, trust.measured.known(rule), trust)
        if not self._form.whole_groups and lowered.parts:
            verdict = self._in_parts(verdict, lowered, trust)
        return verdict

    def _in_parts(self, verdict: Verdict, lowered: Lowered, trust: Trust) -> Verdict:
        """As well known as parts of groups are, if the user asked for those and there are some.

        The self-test's case of the rule has direct kernels: depthwise ones stay `paper`.
        """
        level = trust.measured.known(self._part_of_a_group)
        if level is not None and any(layer.depthwise for layer in lowered.parts):
            level = Evidence.PAPER
        if level is None:
            return Verdict("the board's self-test has refuted it: kernels in parts of groups")
        if level < trust.least:
            return Verdict(f"needs trust={level}: kernels in parts of groups")
        return _with(verdict, self._part_of_a_group, level, trust)


def _with(verdict: Verdict, rule: Rule, level: Evidence | None, trust: Trust) -> Verdict:
    if not verdict:
        return verdict
    if level is None:
        return Verdict(f"the board's self-test has refuted it: {rule.name}")
    if level < trust.least:
        return Verdict(needs(rule))
    return replace(verdict, evidence=min(level, verdict.evidence or level))


def _checked(plan: Plan) -> Plan:
    """Raises `UnsupportedError` for a layer whose numbers do not fit the chip."""
    layer = plan.layer
    if layer.addend is not None and fixed_scale(layer.addend.scale) is None:
        raise UnsupportedError(f"a scale of {layer.addend.scale:.3g} has no 15-bit form")
    if layer.bias.min() < INT32.min or layer.bias.max() > INT32.max:
        raise UnsupportedError("a bias beyond int32, corrected for the zero point")
    return plan
