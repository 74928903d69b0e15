# SPDX-License-Identifier: MIT
"""The report as one page: no network, no script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources

from npucore.conformance.error import FAR
from npucore.conformance.report import (
    CaseReport,
    ColumnReport,
    ConformanceReport,
    OpReport,
    Outcome,
    columns,
    outcomes,
    sentence,
)

TEMPLATE = "page.html.j2"
SLOWEST = 12
SHADES = ((0.0, "equal"), (0.001, "few"), (0.01, "some"), (0.1, "many"), (1.0, "most"))
"""Share of elements that differ, at most -> class of the tile."""
COLUMNS = {"exact": "exact", "tflite": "TFLite", "litert": "LiteRT"}


@dataclass(frozen=True, slots=True)
class Tile:
    """One class of shapes of an op on the map of errors."""

    label: str
    kind: str  # CSS class
    text: str  # shown when one points at it


@dataclass(frozen=True, slots=True)
class Row:
    """An op on the map."""

    op: OpReport
    tiles: Sequence[Tile]
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Bar:
    """One class of a histogram."""

    lsb: str
    share: float
    count: int


def page(report: ConformanceReport) -> str:
    """HTML."""
    from jinja2 import Environment

    text = resources.files(__package__).joinpath(TEMPLATE).read_text(encoding="utf-8")
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(text)
    shown = [op for op in report.ops if op.outcomes.keys() - {Outcome.REFUSED}]
    return template.render(
        report=report,
        sentence=sentence(report),
        rows=[_row(op, report.cases) for op in shown],
        never=[op.op for op in report.ops if op not in shown],
        slowest=sorted(report.cases, key=lambda case: -case.seconds)[:SLOWEST],
        networks=[case for case in report.cases if case.op == "network"],
        gaps=[case for case in report.cases if case.outcome is Outcome.GAP],
        shades=[name for _, name in SHADES],
        names=COLUMNS,
    )


def _row(op: OpReport, cases: Sequence[CaseReport]) -> Row:
    mine = [case for case in cases if case.op == op.op]
    exact = op.columns.get("exact")
    return Row(op, list(_tiles(mine)), [] if exact is None else list(_bars(exact)))


def _tiles(cases: Sequence[CaseReport]) -> Iterator[Tile]:
    for shape in sorted({case.shape for case in cases if case.shape}):
        mine = [case for case in cases if case.shape == shape]
        found, column = outcomes(mine), columns(mine).get("exact")
        told = ", ".join(f"{count} {outcome}" for outcome, count in found.items())
        if found.get(Outcome.FAILED):
            yield Tile(shape, "failed", told)
        elif column is None:
            yield Tile(shape, "refused", told)
        else:
            share = off(column)
            kind = next(name for most, name in SHADES if share <= most)
            yield Tile(shape, kind, f"{told}; {share:.2%} differ, by {column.largest} at most")


def off(column: ColumnReport) -> float:
    """The share of elements that differ."""
    total = sum(column.counts.values())
    return (total - column.counts.get(0, 0)) / total if total else 0.0


def _bars(column: ColumnReport) -> Iterator[Bar]:
    total = sum(column.counts.values())
    for lsb, count in column.counts.items():
        yield Bar(f"{lsb}+" if lsb == FAR else str(lsb), count / total, count)
