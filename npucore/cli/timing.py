# SPDX-License-Identifier: MIT
"""Text and report of a benchmark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from npucore.cli import placed, tables
from npucore.cli.printable import printable
from npucore.running.benchmark import Benchmark, OpTiming
from npucore.running.work import counts, macs

if TYPE_CHECKING:
    from npucore.cli.reports import hardware as hardware_reports

MICRO, KILO = 1e6, 1e3


def print_text(done: Benchmark, fed: Sequence[str]) -> None:
    """The ops as a table, then how photos were *fed*, then the figures."""
    columns = ("op>", "kind", "MACs>", "expected us>", "measured us>", "kB>", "used>", "bound by")
    if done.ops:
        tables.print_table(columns, map(_line, done.ops))
        print()
    for text in fed:
        print(f"fed: {text}")
    clock = "the device's modelled clock" if done.timing.modelled else "a wall clock"
    latency = done.latency_seconds * KILO
    print(f"latency {latency:.3f} ms, throughput {done.throughput_fps:.1f} fps with", end="")
    print(f" {done.streams} under way, by {clock}")
    if done.expected_seconds is not None:
        print(f"expected {done.expected_seconds * KILO:.3f} ms on one core, without the driver")
    for name, here in done.devices.items():
        print(printable(f"{name}: {here.kind}, {here.detail}"))
    print(printable(placed.sentence(done.placements, done.chosen)))
    for line in placed.lines(done.works):
        print(line)


def _line(row: OpTiming) -> tuple[str, ...]:
    return (
        "" if row.index is None else str(row.index),
        row.op,
        f"{row.cost.macs:,}" if row.cost.macs else "",
        f"{row.cost.seconds * MICRO:.1f}",
        "" if row.measured_seconds is None else f"{row.measured_seconds * MICRO:.1f}",
        f"{row.cost.bytes / KILO:.0f}",
        f"{row.cost.utilisation:.0%}",
        row.cost.bound,
    )


def report(
    done: Benchmark, model: str, runs: int, fed: Sequence[str]
) -> hardware_reports.BenchReport:
    """The same as ``--json`` gives it."""
    from npucore.cli.reports import hardware as hardware_reports
    from npucore.cli.reports.base import DeviceReport

    return hardware_reports.BenchReport(
        model=model,
        backend=",".join(done.chosen),
        device={k: DeviceReport(kind=v.kind, detail=v.detail) for k, v in done.devices.items()},
        streams=done.streams,
        runs=runs,
        fed=list(fed),
        modelled=done.timing.modelled,
        throughput_fps=done.throughput_fps,
        latency_ms=done.latency_seconds * KILO,
        predicted_ms=None if done.expected_seconds is None else done.expected_seconds * KILO,
        ops=[_op(row) for row in done.ops],
        placed=counts(done.placements, done.chosen),
        macs=macs(done.placements, done.chosen),
        work=placed.work_reports(done.works),
    )


def _op(row: OpTiming) -> hardware_reports.OpCostReport:
    from npucore.cli.reports import hardware as hardware_reports

    return hardware_reports.OpCostReport(
        index=row.index,
        op=row.op,
        name=row.name,
        backend=row.backend,
        predicted_us=row.cost.seconds * MICRO,
        measured_us=None if row.measured_seconds is None else row.measured_seconds * MICRO,
        bytes=row.cost.bytes,
        macs=row.cost.macs,
        utilisation=row.cost.utilisation,
        bound=row.cost.bound,
    )
