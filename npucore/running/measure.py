# SPDX-License-Identifier: MIT
"""How long inferences take: one after the other, and several at once."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np

from npucore.contract.abilities import Traces
from npucore.contract.backend import Backend
from npucore.contract.timeline import Span
from npucore.running.session import Session
from npucore.tensor import Array, Tensor

NANOSECOND = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Timing:
    """Seconds of every inference alone, and inferences per second with *streams* under way.

    *modelled* says that a model gives both, or a device's own clock, and nobody has measured them.
    """

    latency_seconds: list[float]
    throughput_fps: float
    modelled: bool
    spans: list[Span]

    @property
    def median_seconds(self) -> float:
        """The median latency."""
        return self.percentile(50)

    def percentile(self, part: float) -> float:
        """The latency that *part* of 100 inferences do not exceed, between neighbours linearly."""
        return float(np.percentile(self.latency_seconds, part))


def noise(tensors: Sequence[Tensor], seed: int = 0) -> list[Array]:
    """Random inputs, the same for the same seed; floats are 0 to 1."""
    rng = np.random.default_rng(seed)
    return [_noise(tensor, rng) for tensor in tensors]


def _noise(tensor: Tensor, rng: np.random.Generator) -> Array:
    if tensor.dtype.kind not in "iu":
        return rng.random(tensor.shape).astype(tensor.dtype)
    info = np.iinfo(tensor.dtype)
    return rng.integers(info.min, info.max, tensor.shape, tensor.dtype, endpoint=True)


def clock(session: Session) -> tuple[Callable[[], float], bool]:
    """Seconds of the first clock of its own that a program has, else of everybody's; which."""
    own = [run.program.clock_ns for run in session.runs if run.program.clock_ns() is not None]
    if own:
        return (lambda: (own[0]() or 0) * NANOSECOND), True
    return time.perf_counter, False


def measure(
    session: Session, runs: int, streams: int, given: Sequence[Array] | None = None
) -> Timing:
    """Run *runs* inferences alone, then as many again with *streams* under way.

    *given* are the inputs in the network's order, noise without them.
    """
    inputs = noise(session.inputs) if given is None else list(given)
    now, modelled = clock(session)
    _together(session, inputs, 2 * streams, streams)  # everything is loaded, every thread started
    latencies = []
    for _ in range(runs):
        start = now()
        session.run(inputs)
        latencies.append(now() - start)
    _together(session, inputs, 2 * streams, streams)
    tracing = [backend for backend in _backends(session) if isinstance(backend, Traces)]
    for backend in tracing:
        backend.start_trace()
    start = now()
    _together(session, inputs, runs, streams)
    passed = now() - start
    spans = [span for backend in tracing for span in backend.take_trace()]
    return Timing(latencies, runs / passed if passed else 0.0, modelled, spans)


def _backends(session: Session) -> list[Backend]:
    return list(dict.fromkeys(run.backend for run in session.runs))


def _together(session: Session, inputs: list[Array], count: int, streams: int) -> None:
    under_way: deque[Future[list[Array]]] = deque()
    for _ in range(count):
        if len(under_way) == streams:
            under_way.popleft().result()
        under_way.append(session.submit(inputs))
    while under_way:
        under_way.popleft().result()
