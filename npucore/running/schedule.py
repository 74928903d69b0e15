# SPDX-License-Identifier: MIT
"""Inferences of several streams on a board's cores, one event after the other.

As `Session.submit` runs them: a thread takes an inference from its beginning to its end. For a run
of ops on an NPU it takes one of the open files, each of which keeps one core busy, converts, waits,
converts back, and leaves it. Work of the CPU takes one of its cores, code of Python its lock, too.
Whoever has waited for longest is served first.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from npucore.contract.timeline import Span
from npucore.running.stages import Kind, Piece, Stage

NANO = 1e9
CPU, LOCK = "CPU", "Python's lock"
STREAMS, ORDER = "streams", "order"
FULL = 0.9
"""Part of the time in which something is taken that sets the pace: a choice."""
WARM, COUNTED = 2, 20
"""Inferences of each thread before any is counted, and those that are: a choice."""


@dataclass(slots=True, eq=False)
class Pool:
    """Servers of one kind, *name* and a number each; *busy* has when each was taken and left."""

    name: str
    servers: int
    waiting: deque[Process] = field(default_factory=deque)
    busy: list[tuple[float, float]] = field(default_factory=list)
    _free: list[int] = field(init=False)
    _since: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._free = list(range(self.servers))

    def take(self, now: float) -> int | None:
        """The number of a server, the lowest; None if all are taken."""
        if not self._free:
            return None
        number = heapq.heappop(self._free)
        self._since[number] = now
        return number

    def leave(self, number: int, now: float) -> None:
        """A server is free again."""
        self.busy.append((self._since.pop(number), now))
        heapq.heappush(self._free, number)

    def share(self, start: float, end: float) -> float:
        """The part of the servers' time from *start* to *end* in which they were taken."""
        every = [*self.busy, *((since, end) for since in self._since.values())]
        taken = sum(max(0.0, min(b, end) - max(a, start)) for a, b in every)
        return taken / (self.servers * (end - start)) if end > start else 0.0


Process = Generator["Pool | float", int, None]
"""Yields a pool of which it wants a server, and is sent its number; or seconds to pass."""


@dataclass(frozen=True, slots=True)
class Board:
    """Cores that inferences share: of each NPU by the name of its backend, and of the CPU."""

    cores: Mapping[str, int]
    cpu: str
    cpu_cores: int


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """The time of inferences side by side.

    Parameters
    ----------
    fps
        Inferences that end in a second, once all threads are under way.
    busy
        Part of the time in which each NPU's cores, the CPU's cores and Python's lock are taken.
    spans
        What ran where, of the first inferences.
    in_order
        Whether one had to end before the next one began.
    """

    fps: float
    busy: Mapping[str, float]
    spans: tuple[Span, ...]
    in_order: bool = False

    @property
    def bound(self) -> str:
        """The pool without time left; `STREAMS` if none, as more streams would be faster."""
        if self.in_order:
            return ORDER
        name, part = max(self.busy.items(), key=lambda each: each[1])
        return name if part >= FULL else STREAMS


class _Simulation:
    def __init__(self, stages: Sequence[Stage], board: Board, traced: int) -> None:
        self.stages, self.board, self.now = stages, board, 0.0
        self.npus = {name: Pool(name, count) for name, count in board.cores.items()}
        self.cpu, self.lock = Pool(CPU, board.cpu_cores), Pool(LOCK, 1)
        self.ends: list[float] = []
        self.spans: list[Span] = []
        self._traced, self._started = traced, 0
        self._events: list[tuple[float, int, Process]] = []
        self._order = 0

    def run(self, threads: int, count: int) -> None:
        """Until *count* inferences have ended."""
        for _ in range(threads):
            self._step(self._thread(), None)
        while len(self.ends) < count:
            self.now, _, process = heapq.heappop(self._events)
            self._step(process, None)

    def _step(self, process: Process, value: int | None) -> None:
        """Let *process* go on until it has to wait."""
        while True:
            wanted = next(process) if value is None else process.send(value)
            if not isinstance(wanted, Pool):
                self._order += 1
                heapq.heappush(self._events, (self.now + wanted, self._order, process))
                return
            value = wanted.take(self.now)
            if value is None:
                wanted.waiting.append(process)
                return

    def _leave(self, pool: Pool, number: int) -> None:
        """Give a server back, to whoever has waited for longest, as soon as this process waits."""
        pool.leave(number, self.now)
        if pool.waiting:
            process = pool.waiting.popleft()
            self._step(process, pool.take(self.now))

    def _thread(self) -> Process:
        while True:
            number, self._started = self._started, self._started + 1
            for stage in self.stages:
                yield from self._stage(stage, number)
            self.ends.append(self.now)

    def _stage(self, stage: Stage, inference: int) -> Process:
        if stage.device is None:
            for piece in stage.pieces:
                yield from self._on_cpu(piece, inference)
            return
        pool = self.npus[stage.device]
        core = yield pool
        for on_device, group in groupby(stage.pieces, key=lambda each: each.on_device):
            if on_device:
                yield self._on_core(f"{stage.device} core {core}", group, inference)
            else:
                for piece in group:
                    yield from self._on_cpu(piece, inference)
        self._leave(pool, core)

    def _on_core(self, track: str, pieces: Iterable[Piece], inference: int) -> float:
        """The seconds of pieces one after the other: nobody else is on their core."""
        moment = self.now
        for piece in pieces:
            what = "" if piece.kind is Kind.DEVICE else " driver"
            self._note(f"{track}{what}", piece, moment, inference)
            moment += piece.seconds
        return moment - self.now

    def _on_cpu(self, piece: Piece, inference: int) -> Process:
        lock = (yield self.lock) if piece.locked_seconds else None
        core, began = (yield self.cpu), self.now
        if lock is not None:
            yield piece.locked_seconds
            self._leave(self.lock, lock)
        yield piece.seconds - piece.locked_seconds
        what = "ops" if piece.kind is Kind.HOST else "crossings and calls"
        self._note(f"{self.board.cpu} core {core} {what}", piece, began, inference)
        self._leave(self.cpu, core)

    def _note(self, track: str, piece: Piece, began: float, inference: int) -> None:
        if inference < self._traced and piece.seconds:
            start, end = round(began * NANO), round((began + piece.seconds) * NANO)
            facts = {"inference": inference, "kind": str(piece.kind)}
            self.spans.append(Span(track, piece.name, start, end, facts))

    def pools(self) -> Iterator[tuple[str, Pool]]:
        """By the names that people know."""
        yield from self.npus.items()
        yield f"{self.board.cpu_cores} {self.board.cpu} cores", self.cpu
        yield LOCK, self.lock


def schedule(stages: Sequence[Stage], board: Board, streams: int, in_order: bool) -> Schedule:
    """Inferences of *streams*, on as many threads as a session has: one more than NPU cores.

    *in_order*: one after the other, since each begins where the last has ended.
    """
    most = 1 if in_order else max(board.cores.values(), default=1) + 1
    threads = min(streams, most)
    simulation = _Simulation(stages, board, traced=WARM * threads)
    simulation.run(threads, (WARM + COUNTED) * threads)
    start, end = simulation.ends[WARM * threads - 1], simulation.ends[-1]
    fps = COUNTED * threads / (end - start) if end > start else 0.0
    busy = {name: pool.share(start, end) for name, pool in simulation.pools()}
    return Schedule(fps, busy, tuple(simulation.spans), in_order)
