# SPDX-License-Identifier: MIT
"""How fast a network is, op by op, beside what a model of the hardware expects."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from npucore.contract.abilities import Predicts
from npucore.contract.backend import Availability, OpCost
from npucore.contract.placement import Placement
from npucore.contract.timeline import Span, chrome_trace
from npucore.errors import InputError
from npucore.files.artifact import Artifact
from npucore.files.atomic import replacing
from npucore.graph import Graph
from npucore.running.execution import rewritten
from npucore.running.measure import Timing, measure
from npucore.running.network import read_network
from npucore.running.partition import Partition
from npucore.running.placing import placing_of
from npucore.running.session import FALLBACK, Backends, Model, Session, open_all
from npucore.running.work import Work, taken
from npucore.tensor import Array, Shape


@dataclass(frozen=True, slots=True)
class OpTiming:
    """An op that a backend has expectations of.

    Parameters
    ----------
    index
        In the model; None for what a rewrite has added.
    cost
        What is expected of one core, without the driver.
    measured_seconds
        The mean over all inferences; None where the device does not tell.
    """

    index: int | None
    op: str
    name: str
    backend: str
    cost: OpCost
    measured_seconds: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Benchmark:
    """How long inferences took, and where.

    Parameters
    ----------
    timing
        Latency of inferences alone and throughput of *streams* under way, by which clock, and what
        the device noted.
    ops
        Expected and measured times of the ops that a backend has a model of.
    devices
        What each backend that ran something ran on, by its name.
    chosen, placements, works
        As in `Explanation`.
    """

    timing: Timing
    streams: int
    ops: tuple[OpTiming, ...]
    devices: dict[str, Availability]
    chosen: tuple[str, ...]
    placements: tuple[Placement, ...]
    works: tuple[Work, ...]

    @property
    def latency_seconds(self) -> float:
        """The median over inferences alone."""
        return self.timing.median_seconds

    @property
    def throughput_fps(self) -> float:
        """Inferences per second with *streams* under way."""
        return self.timing.throughput_fps

    @property
    def expected_seconds(self) -> float | None:
        """The sum over *ops*; None if there are none."""
        return sum(op.cost.seconds for op in self.ops) if self.ops else None

    def write_trace(self, path: str | Path) -> None:
        """Write what happened when, in the form that ui.perfetto.dev opens."""
        with replacing(path) as file:
            file.write(json.dumps(chrome_trace(self.timing.spans)).encode())


def benchmark(
    model: Model,
    backend: Backends = None,
    *,
    runs: int = 20,
    streams: int = 1,
    inputs: Sequence[Array] | None = None,
    fallback: str | None = FALLBACK,
    strict: bool = False,
    rounding: str | None = None,
    shapes: Mapping[str, Shape] | None = None,
    memory: int | None = None,
    placement: str | None = None,
    host: str | None = None,
    **options: Any,
) -> Benchmark:
    """Run *runs* inferences alone, then as many with *streams* under way.

    *inputs* are arrays in the model's order, noise without them; all other arguments are those of
    `Session`, as ``cores=3`` for rocket. Raises `InputError` for an artefact, whose ops nobody can
    be asked about, and for counts below 1.
    """
    for name, number in (("runs", runs), ("streams", streams)):
        if number < 1:
            raise InputError(f"{name} {number}, wanted a number from 1 on")
    graph = read_network(model, shapes)
    if isinstance(graph, Artifact):
        raise InputError(f"{graph.name or 'the network'} is a compiled artefact, wanted a model")
    chosen, _ = open_all(backend, fallback, graph, **options)
    placing = placing_of(placement, host, strict)
    settings = {"strict": strict, "rounding": rounding, "memory": memory, **options}
    settings |= {"placement": placing.how, "host": placing.host}
    with Session(graph, chosen, fallback=fallback, **settings) as session:
        timing = measure(session, runs, streams, inputs)
    devices = {b.name: b.availability() for b in dict.fromkeys(r.backend for r in session.runs)}
    graph, (_, every) = _graph(session), open_all(chosen, fallback, _graph(session), **options)
    parts = placing(graph, every)
    ops = tuple(_ops(graph, parts, _means(timing.spans)))
    works = taken(graph, session.placement, chosen, every, placing=placing)
    return Benchmark(timing, streams, ops, devices, session.chosen, session.placement, works)


def _graph(session: Session) -> Graph:
    assert isinstance(session.network, Graph)
    return session.network


def _ops(graph: Graph, parts: Partition, means: Mapping[str, float]) -> Iterator[OpTiming]:
    index = {op: number for number, op in enumerate(graph.ops)}
    for run in parts.runs:
        part = rewritten(run)
        costs = run.backend.predict(part) if isinstance(run.backend, Predicts) else ()
        for cost in costs:
            op = part.ops[cost.op]
            seconds = means.get(f"{op.name} -> {op.label}")
            yield OpTiming(index.get(op), op.name, op.label, run.backend.name, cost, seconds)


def _means(spans: Sequence[Span]) -> dict[str, float]:
    """Seconds of an op's tasks together, by its name; each core had its share of inferences."""
    totals: dict[str, float] = defaultdict(float)
    words: dict[str, dict[object, int]] = defaultdict(lambda: defaultdict(int))
    for span in spans:
        totals[span.name] += (span.end - span.start) * 1e-9
        words[span.name][span.facts.get("words")] += 1
    return {name: totals[name] / max(words[name].values()) for name in totals}
