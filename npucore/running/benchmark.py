# SPDX-License-Identifier: MIT
"""The speed of a network: measured where it runs, modelled for a board that is not there."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from npucore.contract.backend import Availability, Backend, DeviceKind
from npucore.contract.placement import Placement
from npucore.contract.timeline import Span, chrome_trace
from npucore.errors import InputError, UnsupportedError
from npucore.files.artifact import Artifact
from npucore.files.atomic import replacing
from npucore.graph import Graph
from npucore.running.board_model import BoardModel, HostTiming, OpTiming, of_artifact, of_graph
from npucore.running.host import DEFAULT, Host, host_of
from npucore.running.measure import Timing, measure
from npucore.running.network import read_network, refuse_choices
from npucore.running.opening import FALLBACK, Backends, open_all, open_stored
from npucore.running.placed import Placed, place, refuse_fallback
from npucore.running.placing import Placing, placing_of
from npucore.running.prices import Time
from npucore.running.schedule import Schedule
from npucore.running.session import Model, Session
from npucore.running.work import Work, for_board, taken
from npucore.tensor import Array, Shape


@dataclass(frozen=True, slots=True, eq=False)
class Benchmark:
    """The time that inferences take, and where.

    Parameters
    ----------
    timing
        Latency of inferences alone and throughput of *streams* under way: measured by a wall clock,
        or modelled where a backend has a simulator instead of a board.
    devices
        What each backend that has ops runs on here, by its name.
    board
        What is expected of the board; None where nothing has a model.
    schedule
        Streams side by side on that board; None where times are measured.
    chosen, placements, works
        As in `Explanation`.
    """

    timing: Timing
    streams: int
    devices: dict[str, Availability]
    board: BoardModel | None
    schedule: Schedule | None
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
    def ops(self) -> tuple[OpTiming, ...]:
        """Expected times of ops on NPUs, and measured ones where a device tells them."""
        if self.board is None:
            return ()
        means = _means(self.timing.spans) if self.schedule is None else {}
        every = self.board.device_ops
        return tuple(replace(o, measured_seconds=means.get(f"{o.op} -> {o.name}")) for o in every)

    @property
    def host_ops(self) -> tuple[HostTiming, ...]:
        """Expected times of ops on the board's CPU."""
        return () if self.board is None else tuple(self.board.host_ops)

    @property
    def time(self) -> Time | None:
        """The expected time of an inference alone on a board, by what takes it."""
        return None if self.board is None else self.board.time

    @property
    def expected_seconds(self) -> float | None:
        """The sum over *ops*, without the driver; None if there are none."""
        return sum(op.cost.seconds for op in self.ops) if self.ops else None

    def write_trace(self, path: str | Path) -> None:
        """Write what happens when, in the form that ui.perfetto.dev opens."""
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
    """Measure *runs* inferences alone, then as many with *streams* under way.

    Where a backend has a simulator instead of a board, nothing is run: the board is modelled, with
    all its cores and what a board trusts by default unless *options* say otherwise, and ops of the
    CPU on *host*. *inputs* are arrays in the model's order, noise without them; all other arguments
    are those of `Session`, as ``cores=3`` for rocket. Raises `InputError` for counts below 1, and
    `UnsupportedError` for a simulator whose backend has no model of the chip's time.
    """
    for name, number in (("runs", runs), ("streams", streams)):
        if number < 1:
            raise InputError(f"{name} {number}, wanted a number from 1 on")
    network = read_network(model, shapes)
    plan = _Plan(runs, streams, inputs, fallback, memory)
    if isinstance(network, Artifact):
        refuse_choices(network, backend, fallback, rounding, placement, host, options)
        return _of_artifact(network, plan)
    placing = placing_of(placement, host, strict)
    return _of_graph(network, backend, plan, placing, strict, rounding, options)


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """Arguments of `benchmark`."""

    runs: int
    streams: int
    inputs: Sequence[Array] | None
    fallback: str | None
    memory: int | None


def _of_graph(
    graph: Graph,
    backend: Backends,
    plan: _Plan,
    placing: Placing,
    strict: bool,
    rounding: str | None,
    options: Mapping[str, Any],
) -> Benchmark:
    named, _ = open_all(backend, plan.fallback, graph, **options)
    chosen = _as_on_boards(named)
    _, every = open_all(chosen, plan.fallback, graph, **options)
    placed = place(graph, chosen, plan.fallback, rounding, None, plan.memory, placing, **options)
    placements, runs = placed.partition.placements, placed.partition.runs
    if strict:
        refuse_fallback(placements, placed.chosen)
    absent = any(map(_is_simulated, named))
    works = taken(placed.graph, placements, chosen, every, absent, placing)
    if absent:
        here = {each.name: each for each in named}
        backends = [here.get(run.backend.name, run.backend) for run in runs]
        board = of_graph(placed.graph, runs, host_of(placing.host, every))
        return _modelled(board, backends, plan.streams, placed.chosen, placements, works)
    settings = {"placement": placing.how, "host": placing.host, "memory": plan.memory, **options}
    with Session(placed.graph, chosen, fallback=plan.fallback, **settings) as session:
        timing = measure(session, plan.runs, plan.streams, plan.inputs)
    devices = _devices([run.backend for run in runs])
    expected = _expected(placed, devices, host_of(placing.host, every))
    names = placed.chosen
    return Benchmark(timing, plan.streams, devices, expected, None, names, placements, works)


def _of_artifact(artifact: Artifact, plan: _Plan) -> Benchmark:
    backends = [open_stored(run) for run in artifact.runs]
    names, placements = artifact.chosen, artifact.placements
    if any(map(_is_simulated, backends)):
        board = of_artifact(artifact, Host(DEFAULT))
        return _modelled(board, backends, plan.streams, names, placements, ())
    with Session(artifact, memory=plan.memory) as session:
        timing = measure(session, plan.runs, plan.streams, plan.inputs)
    devices = _devices(backends)
    return Benchmark(timing, plan.streams, devices, None, None, names, placements, ())


def _modelled(
    board: BoardModel,
    backends: Sequence[Backend],
    streams: int,
    chosen: tuple[str, ...],
    placements: tuple[Placement, ...],
    works: tuple[Work, ...],
) -> Benchmark:
    done = board.schedule(streams)
    timing = Timing([board.time.seconds], done.fps, True, list(done.spans))
    devices = _devices(backends)
    return Benchmark(timing, streams, devices, board, done, chosen, placements, works)


def _expected(placed: Placed, devices: Mapping[str, Availability], host: Host) -> BoardModel | None:
    """The expectations of a board that was measured; None where nothing of it is modelled."""
    if not any(device.kind is DeviceKind.HARDWARE for device in devices.values()):
        return None
    try:
        return of_graph(placed.graph, placed.partition.runs, host)
    except UnsupportedError:  # one of its backends has no model
        return None


def _as_on_boards(backends: Sequence[Backend]) -> list[Backend]:
    """With a board's trust where a simulator is in its place, unless the user says which."""
    return [
        for_board(each) or each
        if _is_simulated(each) and each.settings.get("trust") is None
        else each
        for each in backends
    ]


def _is_simulated(backend: Backend) -> bool:
    return backend.availability().kind is DeviceKind.SIMULATOR


def _devices(backends: Sequence[Backend]) -> dict[str, Availability]:
    return {backend.name: backend.availability() for backend in dict.fromkeys(backends)}


def _means(spans: Sequence[Span]) -> dict[str, float]:
    """Seconds of an op's tasks together, by its name; each core had its share of inferences."""
    totals: dict[str, float] = defaultdict(float)
    words: dict[str, dict[object, int]] = defaultdict(lambda: defaultdict(int))
    for span in spans:
        totals[span.name] += (span.end - span.start) * 1e-9
        words[span.name][span.facts.get("words")] += 1
    return {name: totals[name] / max(words[name].values()) for name in totals}
