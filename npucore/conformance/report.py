# SPDX-License-Identifier: MIT
"""What the suite says of a backend, as ``--json`` gives it."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from npucore.conformance.error import Difference, merged
from npucore.conformance.gaps import Gap

FORMAT = 1


class Outcome(enum.StrEnum):
    """How a test ended."""

    PASSED = "passed"
    REFUSED = "refused"  # the backend does not take the case, and says why
    GAP = "gap"  # failed as its gaps file says
    FAILED = "failed"
    SKIPPED = "skipped"  # there was nothing to judge


class _Report(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Environment(_Report):
    """Where the suite ran."""

    npucore: str
    python: str
    numpy: str
    platform: str
    litert: str | None  # version, if the third column was there


class ColumnReport(_Report):
    """Answers compared with another implementation's."""

    counts: dict[int, int]  # elements by distance in LSB; the last class is "8 or more"
    largest: int  # LSB
    relative: float  # of floats, to the largest magnitude of their tensor

    @classmethod
    def of(cls, difference: Difference) -> ColumnReport:
        """The same as a report."""
        return cls(
            counts=difference.counts, largest=difference.largest, relative=difference.relative
        )

    def difference(self) -> Difference:
        """The same to be merged with others."""
        return Difference(self.counts, self.largest, self.relative)


class CaseReport(_Report):
    """One test."""

    id: str  # room/name
    outcome: Outcome
    detail: str = ""  # why it was refused, what is wrong, why it is a gap
    op: str = ""
    shape: str = ""
    evidence: str | None = None
    columns: dict[str, ColumnReport] = {}
    seconds: float = 0.0


class OpReport(_Report):
    """All cases about one op."""

    op: str
    bound: int | None  # the claim in LSB; None for what is not claimed
    outcomes: dict[Outcome, int]
    columns: dict[str, ColumnReport]
    evidence: dict[str, int]


class RefusalReport(_Report):
    """A reason, and how many cases it kept out."""

    reason: str
    cases: int
    ops: list[str]


class FamilyReport(_Report):
    """One network of a scoreboard: what another driver does not do, and what this one does."""

    name: str
    fails: int
    skips: str  # a number, or "all" of an unnumbered list
    judged: str  # "the network's own ops" or "cases of the same kind"
    cases: int
    passed: int
    note: str


class ConformanceReport(_Report):
    """The whole."""

    format: int = FORMAT
    backend: str
    summary: str
    device: str
    options: dict[str, str]
    quick: bool
    started: str
    seconds: float
    outcomes: dict[Outcome, int]
    ops: list[OpReport]
    refusals: list[RefusalReport]
    gaps: list[Gap]
    scoreboard: list[FamilyReport]
    environment: Environment
    cases: list[CaseReport]

    @property
    def passed(self) -> bool:
        """Whether nothing failed that was not owned up to."""
        return not self.outcomes.get(Outcome.FAILED)

    @property
    def failures(self) -> list[CaseReport]:
        """What failed."""
        return [case for case in self.cases if case.outcome is Outcome.FAILED]

    def json_text(self) -> str:
        """The document."""
        return self.model_dump_json(indent=1)


def outcomes(cases: Iterable[CaseReport]) -> dict[Outcome, int]:
    """How many ended how, in the enum's order."""
    found = Counter(case.outcome for case in cases)
    return {outcome: found[outcome] for outcome in Outcome if found[outcome]}


def columns(cases: Sequence[CaseReport]) -> dict[str, ColumnReport]:
    """The columns of several cases, added up."""
    names = dict.fromkeys(name for case in cases for name in case.columns)
    return {
        name: ColumnReport.of(
            merged(case.columns[name].difference() for case in cases if name in case.columns)
        )
        for name in names
    }


def by_op(cases: Sequence[CaseReport], claimed: dict[str, int]) -> list[OpReport]:
    """A row for every op, those first that are claimed."""
    names = sorted({case.op for case in cases if case.op}, key=lambda op: (op not in claimed, op))
    return [_op(name, [case for case in cases if case.op == name], claimed) for name in names]


def _op(name: str, cases: list[CaseReport], claimed: dict[str, int]) -> OpReport:
    return OpReport(
        op=name,
        bound=claimed.get(name),
        outcomes=outcomes(cases),
        columns=columns(cases),
        evidence=dict(Counter(case.evidence for case in cases if case.evidence is not None)),
    )


def refusals(cases: Sequence[CaseReport]) -> list[RefusalReport]:
    """The reasons, the most frequent first."""
    ops: dict[str, Counter[str]] = {}
    for case in cases:
        if case.outcome is Outcome.REFUSED:
            ops.setdefault(case.detail, Counter())[case.op] += 1
    found = [
        RefusalReport(reason=reason, cases=sum(by.values()), ops=sorted(by))
        for reason, by in ops.items()
    ]
    return sorted(found, key=lambda refusal: -refusal.cases)


def sentence(report: ConformanceReport) -> str:
    """The whole in a line."""
    words = (f"{count} {outcome}" for outcome, count in report.outcomes.items())
    verdict = "conforms" if report.passed else "does not conform"
    suite = " (quick)" if report.quick else ""
    return f"{report.backend} {verdict}: {', '.join(words)} in {report.seconds:.1f} s{suite}"
