# SPDX-License-Identifier: MIT
"""Collects what the tests find, and makes the report of it."""

from __future__ import annotations

import importlib.metadata
import platform
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest

from npucore.conformance import report
from npucore.conformance.gaps import Gap
from npucore.conformance.judge import Finding
from npucore.conformance.litert import oracle
from npucore.conformance.report import CaseReport, ColumnReport, ConformanceReport, Outcome
from npucore.conformance.scoreboard import board
from npucore.contract.backend import Backend

ROOM = "test_"


class Recorder:
    """What happened, in the order in which it did."""

    def __init__(self, backend: Backend, gaps: Sequence[Gap], quick: bool) -> None:
        self.backend, self.gaps, self.quick = backend, gaps, quick
        self.cases: dict[str, CaseReport] = {}
        self._findings: dict[str, Finding] = {}
        self._parts: dict[str, list[Finding]] = {}
        self._begun, self._started = time.perf_counter(), datetime.now(UTC)

    def add(self, name: str, finding: Finding) -> None:
        """Remember what the judge found in the test *name*, before the test ends."""
        self._findings[name] = finding

    def add_part(self, name: str, finding: Finding) -> None:
        """Remember what the judge found of one op of a network."""
        self._parts.setdefault(name, []).append(finding)

    def ended(self, name: str, outcome: Outcome, detail: str, seconds: float) -> None:
        """Remember how a test ended."""
        found = self._findings.pop(name, Finding(name, "", ""))
        self.cases[name] = _case(name, found, outcome, detail, seconds)
        for part in self._parts.pop(name, []):
            inner = f"{name}/{part.case}"
            end = Outcome.PASSED if part.reason is None else Outcome.REFUSED
            end = Outcome.FAILED if part.fault else end
            self.cases[inner] = _case(
                inner, part, end, part.fault or part.reason or "", part.seconds
            )

    def report(self) -> ConformanceReport:
        """Everything so far."""
        cases, claimed = list(self.cases.values()), dict(self.backend.capabilities.ops)
        available = self.backend.availability()
        return ConformanceReport(
            backend=_name(self.backend),
            summary=self.backend.capabilities.summary,
            device=f"{available.kind}: {available.detail}",
            options={key: str(value) for key, value in self.backend.settings.items()},
            quick=self.quick,
            started=self._started.isoformat(timespec="seconds"),
            seconds=round(time.perf_counter() - self._begun, 2),
            outcomes=report.outcomes(cases),
            ops=report.by_op(cases, claimed),
            refusals=report.refusals(cases),
            gaps=list(self.gaps),
            scoreboard=board(type(self.backend), cases),
            environment=_environment(),
            cases=cases,
        )


def _name(backend: Backend) -> str:
    return backend.name if backend.target is None else f"{backend.name}:{backend.target}"


def _case(name: str, finding: Finding, outcome: Outcome, detail: str, seconds: float) -> CaseReport:
    return CaseReport(
        id=name,
        outcome=outcome,
        detail=detail,
        op=finding.op,
        shape=finding.shape,
        evidence=finding.evidence,
        columns={str(name): ColumnReport.of(d) for name, d in finding.columns.items()},
        seconds=round(seconds, 5),
    )


def _environment() -> report.Environment:
    litert = importlib.metadata.version("ai-edge-litert") if oracle.installed() else None
    return report.Environment(
        npucore=importlib.metadata.version("npucore"),
        python=platform.python_version(),
        numpy=np.__version__,
        platform=f"{platform.system()} {platform.machine()}",
        litert=litert,
    )


def identity(item: pytest.Item) -> str:
    """``room/name`` of a test: no brackets to escape in a pattern.

    ``test_ops.py::test_op[add-1x8]`` is ``ops/add-1x8``, a test without cases is ``room/name``.
    """
    room = item.path.stem.removeprefix(ROOM)
    name, bracket, case = item.name.partition("[")
    name = name.removeprefix(ROOM)
    if not bracket:
        return f"{room}/{name}"
    case = case.removesuffix("]")
    return f"{room}/{case}" if name == "case" else f"{room}/{name}/{case}"


def ending(result: pytest.TestReport) -> tuple[Outcome, str]:
    """How pytest says that a test ended, in the suite's words."""
    if hasattr(result, "wasxfail"):
        return (Outcome.GAP if result.skipped else Outcome.FAILED), str(result.wasxfail)
    if result.passed:
        return Outcome.PASSED, ""
    if result.skipped:
        text = result.longrepr[2] if isinstance(result.longrepr, tuple) else str(result.longrepr)
        refused = text.startswith(REFUSED)
        text = text.removeprefix("Skipped: ").removeprefix("refused: ")
        return (Outcome.REFUSED if refused else Outcome.SKIPPED), text
    return Outcome.FAILED, _message(result)


REFUSED = "Skipped: refused: "


def _message(result: pytest.TestReport) -> str:
    crash = getattr(result.longrepr, "reprcrash", None)
    text = str(result.longrepr) if crash is None else str(crash.message)
    return text.strip().removeprefix("Failed: ").removeprefix("AssertionError: ").splitlines()[0]
