# SPDX-License-Identifier: MIT
"""Whether an op goes on the NPU, and its plans if it does: decided once for each context."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import numpy as np

from npucore.contract.backend import Evidence, Verdict
from npucore.errors import UnsupportedError
from npucore.family.measured import Measured
from npucore.graph import Graph
from npucore.ops import Convolution, Op
from npucore.rewrite.fold import source_and_padding
from npucore.rewrite.one_scale import one_scale
from npucore_rocket.chip import Chip
from npucore_rocket.form import CAUTIOUS, Form
from npucore_rocket.lower import LAYERS, Layer, direct, divided, lower
from npucore_rocket.lower.fully_connected import moves
from npucore_rocket.plan import Plan, ends_inside_a_group, planned
from npucore_rocket.quantize import fixed_scale
from npucore_rocket.rules import NOTHING_MEASURED, PART_OF_A_GROUP, judge

INT32 = np.iinfo(np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What the rules say of an op, and the plans of one that is accepted and computes."""

    verdict: Verdict
    plans: tuple[Plan, ...] = ()


class Verdicts:
    """Judges ops and remembers: a graph is judged as a whole, then each of its runs.

    With *requantize*, weights with a scale per channel are given one scale first. *measured* is
    what the board itself has confirmed and refuted; *form*, how tasks are cut to groups.
    """

    def __init__(
        self,
        chip: Chip,
        trust: Evidence,
        requantize: bool,
        measured: Measured = NOTHING_MEASURED,
        form: Form = CAUTIOUS,
    ) -> None:
        self._chip, self._trust, self._requantize = chip, trust, requantize
        self._measured, self._form = measured, form
        self._known: WeakKeyDictionary[Op, dict[Hashable, Judged]] = WeakKeyDictionary()
        self._views: WeakKeyDictionary[Graph, dict[Op, Judged]] = WeakKeyDictionary()

    def __call__(self, op: Op, graph: Graph) -> Judged:
        """The rules, then whether the op's numbers and rows fit the chip."""
        if not isinstance(op, LAYERS):
            views = self._views.setdefault(graph, {})
            if op not in views:
                views[op] = Judged(judge(op, graph, self._trust, self._measured))
            return views[op]
        known, context = self._known.setdefault(op, {}), _context(op, graph)
        if context not in known:
            known[context] = self._judge(op, graph)
        return known[context]

    def _judge(self, op: Op, graph: Graph) -> Judged:
        taken = direct(op, graph)
        changed = one_scale(taken) if self._requantize else None
        taken = taken if changed is None else changed.op
        verdict = judge(taken, graph, self._trust, self._measured)
        if not verdict:
            return Judged(verdict)
        try:
            layers = divided(lower(taken, graph))
            plans = tuple(
                plan for layer in layers for plan in planned(layer, self._chip, self._form)
            )
            for plan in plans:
                _check(plan.layer)
        except UnsupportedError as error:
            return Judged(Verdict(str(error)))
        verdict = self._graded(verdict, layers)
        return Judged(verdict if changed is None else replace(verdict, note=changed.note), plans)

    def _graded(self, verdict: Verdict, layers: Sequence[Layer]) -> Verdict:
        """As well known as parts of groups are, if the user asked for those and there are some.

        The self-test's case of the rule has direct kernels: depthwise ones stay `paper`.
        """
        parts = [layer for layer in layers if ends_inside_a_group(layer)]
        if self._form.whole_groups or not parts or verdict.evidence is None:
            return verdict
        level = self._measured.known(PART_OF_A_GROUP)
        if level is None:
            return Verdict("the board's self-test has refuted it: kernels in parts of groups")
        if any(layer.depthwise for layer in parts):
            level = Evidence.PAPER
        if level < self._trust:
            return Verdict(f"needs trust={level}: kernels in parts of groups")
        return replace(verdict, evidence=min(level, verdict.evidence))


def _context(op: Op, graph: Graph) -> Hashable:
    """All that an op's layer takes from the graph: what is folded into it, and the rounding."""
    source = source_and_padding(op, graph)[0] if isinstance(op, Convolution) else None
    return source, moves(op, graph), graph.rounding


def _check(layer: Layer) -> None:
    """Raise `UnsupportedError` for a layer whose numbers do not fit the chip."""
    if layer.addend is not None and fixed_scale(layer.addend.scale) is None:
        raise UnsupportedError(f"a scale of {layer.addend.scale:.3g} has no 15-bit form")
    if layer.bias.min() < INT32.min or layer.bias.max() > INT32.max:
        raise UnsupportedError("a bias beyond int32, corrected for the zero point")
