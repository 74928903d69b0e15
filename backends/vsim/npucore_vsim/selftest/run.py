# SPDX-License-Identifier: MIT
"""All cases, one after the other, each on a fresh device; what they say, and what is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from npucore.contract.backend import Finding
from npucore.family.device import JobError
from npucore.family.lanes import Lanes
from npucore.family.machine import Machine
from npucore.family.program import FamilyProgram
from npucore.family.rules import Rule
from npucore.family.selftest import Lab, SelfTest, unshown
from npucore.graph import Graph
from npucore.ops import Op
from npucore_vsim.chip import Chip
from npucore_vsim.image import VsimImage
from npucore_vsim.program import VsimCompiled
from npucore_vsim.rules import rules
from npucore_vsim.selftest.cases import CASES
from npucore_vsim.selftest.graphs import samples
from npucore_vsim.selftest.shown import SHOWN, plain
from npucore_vsim.simulator import simulated

BACKEND = "vsim"
PLAIN = "a plain convolution"
Compile = Callable[[Graph], VsimCompiled]


def run(
    machine: Machine[Chip], compile_graph: Compile, say: Callable[[str], None]
) -> list[Finding]:
    """A plain convolution and, if that is right, every rule below `shown`; keeps what was found.

    *compile_graph* has to take rules of any evidence. A job that hangs fails its rule alone.
    """
    test, lab = SelfTest(BACKEND, JobError, say), _lab(machine, compile_graph)
    chip = machine.chip
    if away := test.away(machine.open):
        return [away]
    first, right = test.ask(PLAIN, lab.cases({"": plain()}))
    if not right:
        return [replace(first, remedy="nothing else was asked, and nothing recorded")]
    others = [test.ask(name, lab.cases({"": case()})) for name, case in SHOWN.items()]
    findings, measured = test.judge({name: lab.cases(CASES[name](chip)) for name in asked(chip)})
    if all(right for _, right in others):
        confirmed = measured.confirmed.union(conditions(chip))
        measured = replace(measured, confirmed=confirmed)
    kept = test.keep(machine.board, measured, modelled=machine.modelled)
    return [first, *(_of_shown(*answer) for answer in others), *findings, kept]


def _of_shown(finding: Finding, right: bool | None) -> Finding:
    """No rule is refused for it: other parties have seen such convolutions run."""
    return finding if right else replace(finding, remedy="please send this in")


def asked(chip: Chip) -> list[str]:
    """Names of the rules below `shown` that have cases on *chip*."""
    return [name for name in unshown(rules(chip)) if name in CASES and CASES[name](chip)]


def conditions(chip: Chip) -> list[str]:
    """Names of the rules below `shown` without cases that graphs of `SHOWN` meet.

    There are some on chips of which no party has run any.
    """
    graphs = [plain(), *(make() for make in SHOWN.values())]
    ops = [op for graph in graphs for op in graph.ops]
    low = set(unshown(rules(chip))) - set(CASES)
    return [r.name for r in rules(chip) if r.name in low and any(_speaks(r, op) for op in ops)]


def _speaks(rule: Rule, op: Op) -> bool:
    return isinstance(op, rule.kinds) and rule.applies(op)


def _lab(machine: Machine[Chip], compile_graph: Compile) -> Lab:
    return Lab(
        compile_graph,
        lambda compiled, opened: FamilyProgram(VsimImage, compiled, Lanes(opened)),
        machine.open,
        lambda: simulated(machine.chip),
        samples,
    )
