# SPDX-License-Identifier: MIT
"""All cases, one after the other; what they say, and what is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from npucore.contract.backend import Finding
from npucore.family.device import Device, JobError
from npucore.family.lanes import Lanes
from npucore.family.machine import Machine
from npucore.family.measured import Measured
from npucore.family.program import FamilyProgram
from npucore.family.selftest import Lab, SelfTest
from npucore.graph import Graph
from npucore_nvdla.chip import Chip
from npucore_nvdla.image import NvdlaImage
from npucore_nvdla.program import NvdlaCompiled
from npucore_nvdla.rules import rules
from npucore_nvdla.selftest.graphs import cases, plain, samples
from npucore_nvdla.stream import Run

PLAIN = "a plain convolution"
Compile = Callable[[Graph], NvdlaCompiled]


def run(
    machine: Machine[Chip],
    simulator: Callable[[], Device[Run]],
    compile_graph: Compile,
    say: Callable[[str], None],
) -> list[Finding]:
    """The claims that rules rest on; a claim whose cases are all right confirms its rules.

    A plain convolution goes first: if it is wrong, nothing else is asked and nothing recorded.
    *compile_graph* has to take rules of any evidence.
    """
    test = SelfTest("nvdla", JobError, say)
    lab = Lab(
        compile_graph,
        lambda compiled, opened: FamilyProgram(NvdlaImage, compiled, Lanes(opened)),
        machine.open,
        simulator,
        samples,
    )
    if away := test.away(machine.open):
        return [away]
    first, right = test.ask(PLAIN, lab.cases({"": plain(machine.chip)}))
    if not right:
        return [replace(first, remedy="nothing else was asked, and nothing recorded")]
    findings, confirmed, refuted = [first], set[str](), set[str]()
    for claim, graphs in cases(machine.chip).items():
        finding, right = test.ask(claim, lab.cases(graphs))
        findings.append(finding)
        mine = {rule.name for rule in rules(machine.chip) if rule.claim.what == claim}
        if right is not None:
            (confirmed if right else refuted).update(mine)
    measured = Measured(frozenset(confirmed - refuted), frozenset(refuted))
    return [*findings, test.keep(machine.board, measured, modelled=machine.modelled)]
