# SPDX-License-Identifier: MIT
"""Text and report of a network on several backends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from npucore.cli import tables
from npucore.errors import NpucoreError
from npucore.running.benchmark import Benchmark
from npucore.running.work import percent

if TYPE_CHECKING:
    from npucore.cli.reports import hardware as reports

KILO, MEGA = 1e3, 1e6
COLUMNS = ("backend", "ops>", "of MACs>", "ms>", "fps>", "which are")

Results = Mapping[str, Benchmark | NpucoreError]


def print_text(results: Results) -> None:
    """A row for each backend; milliseconds are of an inference alone."""
    tables.print_fitted(COLUMNS, [_row(*each) for each in results.items()], "which are")


def _row(name: str, done: Benchmark | NpucoreError) -> tuple[str, ...]:
    if isinstance(done, NpucoreError):
        return name, "", "", "", "", str(done)
    ops, macs = _taken(done)
    latency, fps = f"{done.latency_seconds * KILO:.2f}", f"{done.throughput_fps:.1f}"
    if done.board is not None and done.board.unmodelled and done.schedule is not None:
        latency, fps = f">{latency}", f"<{fps}"
    share = percent(*macs) if macs[1] else ""
    return name, f"{ops[0]} of {ops[1]}", share, latency, fps, _source(done)


def _taken(done: Benchmark) -> tuple[tuple[int, int], tuple[int, int]]:
    """Ops and multiply-accumulates: those of the chosen backend, and all."""
    every = done.placements
    mine = [p for p in every if p.backend in done.chosen]
    ops, macs = (len(mine), len(every)), (sum(p.macs or 0 for p in mine),)
    return ops, (*macs, sum(p.macs or 0 for p in every))


def _source(done: Benchmark) -> str:
    """Whether the figures are measured or modelled.

    On a lower bound everything that is not modelled comes on top.
    """
    if done.schedule is None or done.board is None:
        return "measured here"
    chips = [f"{s.chip} at {s.clock_hz / MEGA:g} MHz" for s in done.board.speeds.values()]
    kind = "a modelled bound" if done.board.unmodelled else "modelled"
    return ", ".join([kind, *chips])


def report(results: Results, model: str, streams: int) -> reports.EachReport:
    """The same as ``--json`` gives it."""
    from npucore.cli.reports import hardware as reports

    rows = [_report(name, done) for name, done in results.items()]
    return reports.EachReport(model=model, streams=streams, backends=rows)


def _report(name: str, done: Benchmark | NpucoreError) -> reports.EachRow:
    from npucore.cli.reports import hardware as reports

    if isinstance(done, NpucoreError):
        return reports.EachRow(backend=name, why_not=str(done))
    ops, macs = _taken(done)
    return reports.EachRow(
        backend=name,
        ops=ops[0],
        of_ops=ops[1],
        macs=macs[0],
        of_macs=macs[1],
        latency_ms=done.latency_seconds * KILO,
        throughput_fps=done.throughput_fps,
        modelled=done.timing.modelled,
        unmodelled=(done.board.unmodelled or None) if done.board is not None else None,
        which=_source(done),
    )
