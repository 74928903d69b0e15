# SPDX-License-Identifier: MIT
"""All cases, one after the other, each on a fresh device; what they say, and what is kept."""

from __future__ import annotations

from collections.abc import Callable

from npucore.backend import Evidence, Finding
from npucore.errors import DeviceError, InputError, NpucoreError
from npucore.graph import Graph
from npucore_rocket.job_error import JobError
from npucore_rocket.machine import Machine
from npucore_rocket.measured import Measured, record
from npucore_rocket.program import Compiled
from npucore_rocket.rules import RULES
from npucore_rocket.selftest import graphs, trial
from npucore_rocket.selftest.questions import QUESTIONS, Lab

Compile = Callable[[Graph], Compiled]


def run(machine: Machine, compile_graph: Compile, say: Callable[[str], None]) -> list[Finding]:
    """Every rule below `shown`, then the open questions; keeps what was found about the rules.

    *compile_graph* has to take rules of any evidence. A device that hangs fails its case alone.
    """
    lab = Lab(machine, compile_graph)
    try:
        machine.open().close()
    except DeviceError as error:
        return [Finding("self-test", "error", str(error), "npucore doctor says what is missing")]
    findings: list[Finding] = []
    confirmed: set[str] = set()
    refuted: set[str] = set()
    for name in unshown_rules():
        say(f"rule: {name}")
        finding, same = _rule(name, lab)
        findings.append(finding)
        if same is not None:
            (confirmed if same else refuted).add(name)
    for question in QUESTIONS:
        say(f"question: {question.subject}")
        findings.append(question.ask(lab))
    return [*findings, _keep(machine.board, Measured(frozenset(confirmed), frozenset(refuted)))]


def unshown_rules() -> list[str]:
    """Names of the rules whose evidence is below `shown`."""
    return [rule.name for rule in RULES if rule.evidence < Evidence.SHOWN]


def _rule(name: str, lab: Lab) -> tuple[Finding, bool | None]:
    subject = f"rule: {name}"
    if name not in graphs.RULES:
        return Finding(subject, "unknown", "this self-test has no case for it"), None
    graph = graphs.RULES[name]()
    try:
        compiled = lab.compile(graph)
        wanted = trial.simulated(compiled, graph)
        found = trial.outputs(compiled, graph, lab.open())
    except JobError as error:
        return Finding(subject, "error", str(error), "rocket will not use it here"), False
    except NpucoreError as error:
        return Finding(subject, "unknown", str(error)), None
    if found == wanted:
        return Finding(subject, "ok", f"{len(wanted)} bytes as simulated: confirmed"), True
    wrong = sum(a != b for a, b in zip(found, wanted, strict=True))
    detail = f"{wrong} of {len(wanted)} bytes differ from the simulator's: refuted"
    return Finding(subject, "error", detail, "rocket will not use it here"), False


def _keep(board: str, measured: Measured) -> Finding:
    try:
        record(board, measured)
    except (OSError, InputError, ValueError) as error:
        return Finding("record", "error", str(error))
    return Finding("record", "ok", f"kept for {board}; please send the report in")
