# SPDX-License-Identifier: MIT
"""All cases, one after the other, each on a fresh device; what they say, and what is kept."""

from __future__ import annotations

from collections.abc import Callable

from npucore.contract.backend import Finding
from npucore.family.device import JobError
from npucore.family.machine import Machine
from npucore.family.selftest import Case, Outcome, SelfTest, unshown
from npucore_rocket.chip import Chip
from npucore_rocket.form import CAUTIOUS
from npucore_rocket.rules import rules
from npucore_rocket.selftest import graphs, halves, trial
from npucore_rocket.selftest.lab import Compile, Lab
from npucore_rocket.selftest.questions import QUESTIONS

BACKEND = "rocket"


def run(machine: Machine[Chip], compile_as: Compile, say: Callable[[str], None]) -> list[Finding]:
    """fp16, rules below `shown` and those with a case, then open questions; keeps what rules did.

    *compile_as* has to take rules of any evidence. A device that hangs fails its case alone.
    """
    lab, test = Lab(machine, compile_as), SelfTest(BACKEND, JobError, say)
    if away := test.away(machine.open):
        return [away]
    early = halves.QUESTIONS if machine.chip.halves is not None else ()
    findings = [question.ask(lab, say) for question in early]
    names = dict.fromkeys([*unshown(rules(machine.chip)), *graphs.RULES])
    judged, measured = test.judge({name: _cases(name, lab) for name in names})
    findings += [*judged, *(question.ask(lab, say) for question in QUESTIONS)]
    return [*findings, test.keep(machine.board, measured, modelled=machine.modelled)]


def _cases(name: str, lab: Lab) -> list[Case]:
    """The rule's one case."""

    def outcome() -> Outcome:
        graph = graphs.RULES[name]()
        compiled = lab.compile(graph, graphs.FORMS.get(name, CAUTIOUS))
        wanted = trial.simulated(compiled, graph)
        return Outcome(trial.outputs(compiled, graph, lab.open()), wanted)

    return [Case("", outcome)]
