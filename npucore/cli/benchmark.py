# SPDX-License-Identifier: MIT
"""One benchmark from the command line, and what is said about it."""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from npucore.cli import placed, selection, tables
from npucore.cli.inputs import Inputs, read_inputs
from npucore.cli.printable import printable
from npucore.contract.abilities import Predicts
from npucore.contract.backend import Backend, OpCost
from npucore.contract.timeline import Span, chrome_trace
from npucore.errors import InputError
from npucore.files.artifact import Artifact
from npucore.files.atomic import check_writable, replacing
from npucore.graph import Graph
from npucore.running.execution import rewritten
from npucore.running.measure import Timing, measure
from npucore.running.partition import partition
from npucore.running.session import Session, open_all
from npucore.running.work import Work

if TYPE_CHECKING:
    from npucore.cli.reports import hardware as hardware_reports

MICRO, KILO = 1e6, 1e3


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """An op that a backend has expectations of; *measured* is a mean in seconds."""

    index: int | None  # in the model; None for what a rewrite has added
    op: str
    name: str
    backend: str
    cost: OpCost
    measured: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Benchmark:
    """Everything that there is to say."""

    session: Session
    timing: Timing
    rows: list[Row]
    works: list[Work]
    devices: dict[str, tuple[str, str]]  # backend -> kind and detail
    given: Inputs | None  # instead of noise

    @property
    def fed(self) -> list[str]:
        """How photos were fed."""
        return [fed.text for fed in self.given.fed if fed is not None] if self.given else []

    @property
    def expected_seconds(self) -> float:
        """The sum over all ops that a backend has expectations of."""
        return sum(row.cost.seconds for row in self.rows)


def run(args: argparse.Namespace) -> Benchmark:
    """Place once for the expectations and once for the session, then measure."""
    network = selection.network(args)
    if isinstance(network, Artifact):
        raise InputError(f"{args.model}: bench wants a model, not a compiled artefact")
    if args.trace:
        check_writable(args.trace)
    given = read_inputs(network, args) if args.input else None
    options = selection.options(args)
    chosen = selection.chosen(args)
    session = Session(
        network,
        chosen,
        fallback=selection.fallback(args),
        strict=args.strict,
        rounding=args.rounding,
        memory=args.memory,
        **options,
    )
    with session:
        graph = session.network
        assert isinstance(graph, Graph)
        arrays = None if given is None else given.arrays
        timing = measure(session, args.runs, args.streams, arrays)
        _, every = open_all(chosen, selection.fallback(args), **options)
        rows = list(_rows(graph, every, _means(timing.spans)))
        works = placed.works(graph, session.placement, chosen, every)
    devices = {b.name: b.availability() for b in dict.fromkeys(r.backend for r in session.runs)}
    told = {name: (str(here.kind), here.detail) for name, here in devices.items()}
    return Benchmark(session, timing, rows, works, told, given)


def _rows(graph: Graph, backends: Sequence[Backend], means: dict[str, float]) -> Iterator[Row]:
    index = {op: number for number, op in enumerate(graph.ops)}
    for run in partition(graph, backends).runs:
        part = rewritten(run)
        costs = run.backend.predict(part) if isinstance(run.backend, Predicts) else ()
        for cost in costs:
            op = part.ops[cost.op]
            name = f"{op.name} -> {op.label}"
            yield Row(index.get(op), op.name, op.label, run.backend.name, cost, means.get(name))


def _means(spans: Sequence[Span]) -> dict[str, float]:
    """Seconds of an op's tasks together, by its name; each core had its share of inferences."""
    totals: dict[str, float] = defaultdict(float)
    words: dict[str, dict[object, int]] = defaultdict(lambda: defaultdict(int))
    for span in spans:
        totals[span.name] += (span.end - span.start) * 1e-9
        words[span.name][span.facts.get("words")] += 1
    return {name: totals[name] / max(words[name].values()) for name in totals}


def write_trace(path: str, spans: Sequence[Span]) -> None:
    """In the form that ui.perfetto.dev opens."""
    with replacing(path) as file:
        file.write(json.dumps(chrome_trace(spans)).encode())


def print_text(done: Benchmark, args: argparse.Namespace) -> None:
    """The ops as a table, then the figures."""
    columns = ("op>", "kind", "MACs>", "expected us>", "measured us>", "kB>", "used>", "bound by")
    if done.rows:
        tables.print_table(columns, map(_line, done.rows))
        print()
    for text in done.fed:
        print(f"fed: {text}")
    clock = "the device's modelled clock" if done.timing.modelled else "a wall clock"
    latency = done.timing.median_seconds * KILO
    print(f"latency {latency:.3f} ms, throughput {done.timing.throughput_fps:.1f} fps with", end="")
    print(f" {args.streams} under way, by {clock}")
    if done.rows:
        print(f"expected {done.expected_seconds * KILO:.3f} ms on one core, without the driver")
    for name, (kind, detail) in done.devices.items():
        print(printable(f"{name}: {kind}, {detail}"))
    print(printable(placed.sentence(done.session.placement, done.session.chosen)))
    for line in placed.lines(done.works):
        print(line)


def _line(row: Row) -> tuple[str, ...]:
    return (
        "" if row.index is None else str(row.index),
        row.op,
        f"{row.cost.macs:,}" if row.cost.macs else "",
        f"{row.cost.seconds * MICRO:.1f}",
        "" if row.measured is None else f"{row.measured * MICRO:.1f}",
        f"{row.cost.bytes / KILO:.0f}",
        f"{row.cost.utilisation:.0%}",
        row.cost.bound,
    )


def report(done: Benchmark, args: argparse.Namespace) -> hardware_reports.BenchReport:
    """The same as ``--json`` gives it."""
    from npucore.cli.reports import hardware as hardware_reports
    from npucore.cli.reports.base import DeviceReport

    return hardware_reports.BenchReport(
        model=args.model,
        backend=",".join(done.session.chosen),
        device={k: DeviceReport(kind=v[0], detail=v[1]) for k, v in done.devices.items()},
        streams=args.streams,
        runs=args.runs,
        fed=done.fed,
        modelled=done.timing.modelled,
        throughput_fps=done.timing.throughput_fps,
        latency_ms=done.timing.median_seconds * KILO,
        predicted_ms=done.expected_seconds * KILO if done.rows else None,
        ops=[_op(row) for row in done.rows],
        placed=placed.counts(done.session.placement, done.session.chosen),
        macs=placed.macs(done.session.placement, done.session.chosen),
        work=placed.work_reports(done.works),
    )


def _op(row: Row) -> hardware_reports.OpCostReport:
    from npucore.cli.reports import hardware as hardware_reports

    return hardware_reports.OpCostReport(
        index=row.index,
        op=row.op,
        name=row.name,
        backend=row.backend,
        predicted_us=row.cost.seconds * MICRO,
        measured_us=None if row.measured is None else row.measured * MICRO,
        bytes=row.cost.bytes,
        macs=row.cost.macs,
        utilisation=row.cost.utilisation,
        bound=row.cost.bound,
    )
