# SPDX-License-Identifier: MIT
"""Text and report of a benchmark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from npucore.cli import boards, placed, tables
from npucore.cli.printable import printable, short
from npucore.running.benchmark import Benchmark
from npucore.running.board_model import BoardModel, HostTiming, OpTiming
from npucore.running.schedule import ORDER, STREAMS
from npucore.running.work import counts, macs

if TYPE_CHECKING:
    from npucore.cli.reports import hardware as hardware_reports

MICRO, KILO = 1e6, 1e3
SHOWN = 10
PACES = {
    STREAMS: "more streams would be faster",
    ORDER: "in order, since the network keeps a state",
}
PERCENTILES = (50, 90, 99)
COLUMNS = ("#>", "op", "name", "on", "MACs>", "us>", "kB>", "used>", "bound by")


def print_text(done: Benchmark, fed: Sequence[str], every_op: bool) -> None:
    """The ops that take longest as a table, then how photos were *fed*, then the figures."""
    _print_ops(done, every_op)
    for text in fed:
        print(printable(f"fed: {text}"))
    for line in figures(done):
        tables.print_wrapped(line)
    for name, here in done.devices.items():
        tables.print_wrapped(f"{name}: {here.kind}, {here.detail}")
    tables.print_wrapped(placed.counted(done.placements, done.chosen))
    for line in placed.lines(done.works):
        tables.print_wrapped(line)


def _print_ops(done: Benchmark, every: bool) -> None:
    found: list[OpTiming | HostTiming] = [*done.ops, *done.host_ops]
    ops = sorted(found, key=_seconds, reverse=True)
    if not ops:
        return
    shown = ops if every else ops[:SHOWN]
    if every:
        shown = sorted(shown, key=lambda op: -1 if op.index is None else op.index)
    columns = (*COLUMNS, "measured us>") if any(map(_measured, shown)) else COLUMNS
    tables.print_fitted(columns, [_line(op)[: len(columns)] for op in shown], "name")
    if rest := ops[len(shown) :]:
        seconds = sum(map(_seconds, rest))
        print(f"{len(rest)} more ops take {seconds * KILO:.2f} ms: --ops shows them")
    print()


def _seconds(op: OpTiming | HostTiming) -> float:
    return op.seconds


def _measured(op: OpTiming | HostTiming) -> bool:
    return isinstance(op, OpTiming) and op.measured_seconds is not None


def _line(op: OpTiming | HostTiming) -> tuple[str, ...]:
    index = "" if op.index is None else str(op.index)
    first = (index, op.op, short(op.name), op.backend)
    if isinstance(op, HostTiming):
        return (*first, tables.count(op.macs), f"{op.seconds * MICRO:.1f}", "", "", "", "")
    cost, measured = op.cost, op.measured_seconds
    return (
        *first,
        tables.count(cost.macs),
        f"{op.seconds * MICRO:.1f}",
        f"{cost.bytes / KILO:.0f}",
        f"{cost.utilisation:.0%}",
        cost.bound.removesuffix("-processing"),
        "" if measured is None else f"{measured * MICRO:.1f}",
    )


def figures(done: Benchmark) -> Iterator[str]:
    """The times, and what they are of."""
    if done.schedule is None:
        yield from _measured_figures(done)
    elif done.board is not None:
        yield "modelled for a board that is not here: nothing was run"
        yield f"board: {_board(done.board)}"
        yield f"one stream: {_alone(done.board)}"
        if done.streams > 1:
            yield f"{done.streams} streams: {_together(done)}"


def _measured_figures(done: Benchmark) -> Iterator[str]:
    timing = done.timing
    parts = ", ".join(f"p{p} {timing.percentile(p) * KILO:.3f}" for p in PERCENTILES)
    yield f"measured here by a wall clock, {len(timing.latency_seconds)} inferences each"
    yield f"one stream: {1 / timing.median_seconds:.1f} fps (ms: {parts})"
    if done.streams > 1:
        gain = timing.throughput_fps * timing.median_seconds
        yield f"{done.streams} streams: {timing.throughput_fps:.1f} fps, {gain:.1f} times one"
    if done.board is not None:
        yield f"the model expects of {_board(done.board)}:"
        yield f"  {_alone(done.board)}"


def _board(model: BoardModel) -> str:
    return boards.told(model.speeds, model.trusts, model.host.core)


def _alone(model: BoardModel) -> str:
    """The time of an inference, its parts, and whether it is all of them."""
    time, missing = model.time, model.unmodelled
    if missing:
        shown = f"NPU {time.device * KILO:.2f}, CPU {time.host * KILO:.2f}"
        return (
            f"at least {time.seconds * KILO:.2f} ms, at most {1 / time.seconds:.1f} fps, "
            f"a lower bound ({shown}; not modelled: {missing})"
        )
    return f"{time.seconds * KILO:.2f} ms, {1 / time.seconds:.1f} fps ({boards.split(time)})"


def _together(done: Benchmark) -> str:
    assert done.schedule is not None
    most = "at most " if done.board is not None and done.board.unmodelled else ""
    fps = done.schedule.fps
    busy = ", ".join(f"{name} {part:.0%}" for name, part in done.schedule.busy.items())
    bound = done.schedule.bound
    pace = PACES.get(bound, f"bound by {bound}")
    return f"{most}{fps:.1f} fps, {fps * done.latency_seconds:.2f} times one; {pace} (busy: {busy})"


def report(
    done: Benchmark, model: str, runs: int, fed: Sequence[str]
) -> hardware_reports.BenchReport:
    """The same as ``--json`` gives it."""
    from npucore.cli.reports import hardware as hardware_reports
    from npucore.cli.reports.base import DeviceReport

    p50, p90, p99 = (done.timing.percentile(p) * KILO for p in PERCENTILES)
    measured, schedule, board = done.schedule is None, done.schedule, done.board
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
        latency_p50_ms=p50 if measured else None,
        latency_p90_ms=p90 if measured else None,
        latency_p99_ms=p99 if measured else None,
        one_stream_fps=1 / done.latency_seconds,
        predicted_ms=None if done.expected_seconds is None else done.expected_seconds * KILO,
        expected=None if done.time is None else boards.time_report(done.time),
        board=None if board is None else boards.report(board.speeds, board.trusts, board.host.core),
        busy=None if schedule is None else dict(schedule.busy),
        bound_by=None if schedule is None else schedule.bound,
        ops=[_op(row) for row in done.ops],
        cpu_ops=[_cpu_op(row) for row in done.host_ops],
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
        driver_us=row.cost.driver_seconds * MICRO,
        measured_us=None if row.measured_seconds is None else row.measured_seconds * MICRO,
        bytes=row.cost.bytes,
        macs=row.cost.macs,
        utilisation=row.cost.utilisation,
        bound=row.cost.bound,
    )


def _cpu_op(row: HostTiming) -> hardware_reports.CpuOpReport:
    from npucore.cli.reports import hardware as hardware_reports

    return hardware_reports.CpuOpReport(
        index=row.index,
        op=row.op,
        name=row.name,
        backend=row.backend,
        predicted_us=row.seconds * MICRO,
        macs=row.macs,
    )
