# SPDX-License-Identifier: MIT
"""The report on a terminal."""

from __future__ import annotations

from npucore.cli.printable import printable
from npucore.cli.tables import print_table
from npucore.conformance.report import (
    CaseReport,
    ColumnReport,
    ConformanceReport,
    FamilyReport,
    OpReport,
    Outcome,
    sentence,
)

MOST_SHOWN = 20


def print_summary(report: ConformanceReport) -> None:
    """A table of ops, what failed, what was refused, and one line about it all."""
    print(f"{report.backend}: {report.summary}")
    print(f"on {report.device}\n")
    columns = ["op", "bound>", "passed>", "refused>", "gaps>", "failed>"]
    print_table([*columns, "exact", "tflite", "litert", "evidence"], map(_row, report.ops))
    _print_failures(report.failures)
    if report.refusals:
        print("\nrefused:")
        rows = ([str(r.cases), ", ".join(r.ops), r.reason] for r in report.refusals[:MOST_SHOWN])
        print_table(["cases>", "ops", "reason"], rows)
        if (more := len(report.refusals) - MOST_SHOWN) > 0:
            print(f"and {more} more reasons, see --json or --html")
    if report.scoreboard:
        print("\nwhat another driver fails or skips, and how that is here:")
        names = ["network", "fails>", "skips>", "judged by", "cases>", "passed>"]
        print_table(names, map(_family, report.scoreboard))
    print(f"\n{sentence(report)}")


def _row(op: OpReport) -> list[str]:
    found = op.outcomes
    counts = [
        str(found.get(outcome, 0) or "")
        for outcome in (Outcome.PASSED, Outcome.REFUSED, Outcome.GAP, Outcome.FAILED)
    ]
    told = [_column(op.columns.get(name)) for name in ("exact", "tflite", "litert")]
    evidence = ", ".join(f"{count} {level}" for level, count in op.evidence.items())
    return [op.op, "" if op.bound is None else str(op.bound), *counts, *told, evidence]


def _column(column: ColumnReport | None) -> str:
    """How many differ, and by how much at most."""
    if column is None:
        return ""
    if not column.counts:
        return "" if column.relative == 0 else f"{column.relative:.1g} relative"
    total = sum(column.counts.values())
    off = total - column.counts.get(0, 0)
    return "equal" if off == 0 else f"{off / total:.2%}, at most {column.largest}"


def _print_failures(failures: list[CaseReport]) -> None:
    if failures:
        print("\nfailed:")
    for case in failures[:MOST_SHOWN]:
        print(printable(f"  {case.id}: {case.detail}"))
    if (more := len(failures) - MOST_SHOWN) > 0:
        print(f"  and {more} more, see --json or --html")


def _family(family: FamilyReport) -> list[str]:
    numbers = [str(family.fails), family.skips]
    return [family.name, *numbers, family.judged, str(family.cases), str(family.passed)]
