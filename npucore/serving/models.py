# SPDX-License-Identifier: MIT
"""Models that are served: how many requests wait for each, and for how long."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass

from npucore.errors import InputError, NpucoreError
from npucore.running.session import Session
from npucore.tensor import Array, Tensor


class BusyError(NpucoreError):
    """As many requests wait as may."""


class LateError(NpucoreError):
    """An answer was not there in time."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a server.

    Parameters
    ----------
    waiting
        Requests for one model that wait or run at once; more are refused.
    wait_seconds
        How long one may take until it is given up.
    body_bytes
        The largest body, packed and unpacked.
    connections
        Connections at once.
    idle_seconds
        How long a connection may say nothing.
    """

    waiting: int = 64
    wait_seconds: float = 60.0
    body_bytes: int = 64 << 20
    connections: int = 128
    idle_seconds: float = 60.0


DEFAULT = Limits()
OUTCOMES = ("answered", "refused", "failed")


@dataclass(slots=True)
class Counts:
    """Requests of a model by outcome, and seconds of those that were answered."""

    answered: int = 0
    refused: int = 0
    failed: int = 0
    seconds: float = 0.0


class Model:
    """A session under a name."""

    def __init__(self, name: str, session: Session, limits: Limits) -> None:
        self.name, self.session, self.limits = name, session, limits
        self.counts = Counts()
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(limits.waiting)
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """Requests that wait or run."""
        return self._waiting

    def infer(self, inputs: Mapping[str, Array]) -> list[tuple[Tensor, Array]]:
        """Run once, after those that came before.

        Raises `BusyError`, `LateError`, and what `Session.run` raises.
        """
        if not self._room.acquire(blocking=False):
            self._count("refused")
            raise BusyError(f"{self.limits.waiting} requests wait for {self.name} already")
        start = time.perf_counter()
        self._move(1)
        try:
            future = self.session.submit(inputs)
        except BaseException:
            self._leave()
            raise
        future.add_done_callback(lambda _: self._leave())
        outputs = self._outputs(future)
        with self._lock:
            self.counts.answered += 1
            self.counts.seconds += time.perf_counter() - start
        return list(zip(self.session.outputs, outputs, strict=True))

    def _outputs(self, future: Future[list[Array]]) -> list[Array]:
        try:
            return future.result(self.limits.wait_seconds)
        except TimeoutError as error:
            future.cancel()
            self._count("failed")
            raise LateError(f"no answer in {self.limits.wait_seconds:g} s") from error
        except InputError:
            self._count("refused")
            raise
        except NpucoreError:
            self._count("failed")
            raise

    def _count(self, what: str) -> None:
        with self._lock:
            setattr(self.counts, what, getattr(self.counts, what) + 1)

    def _move(self, by: int) -> None:
        with self._lock:
            self._waiting += by

    def _leave(self) -> None:
        self._move(-1)
        self._room.release()


def metrics(models: Mapping[str, Model]) -> str:
    """Counts of *models* for Prometheus (text exposition format 0.0.4)."""
    requests, seconds, waiting = [], [], []
    for name, model in models.items():
        label, counts = _label(name), model.counts
        for outcome in OUTCOMES:
            count = getattr(counts, outcome)
            requests.append(f'npucore_requests_total{{{label},outcome="{outcome}"}} {count}')
        seconds.append(f"npucore_request_seconds_total{{{label}}} {counts.seconds:.6f}")
        waiting.append(f"npucore_waiting{{{label}}} {model.waiting}")
    lines = [
        "# HELP npucore_requests_total Requests by outcome.",
        "# TYPE npucore_requests_total counter",
        *requests,
        "# HELP npucore_request_seconds_total Seconds from requests to answers, waiting included.",
        "# TYPE npucore_request_seconds_total counter",
        *seconds,
        "# HELP npucore_waiting Requests that wait or run.",
        "# TYPE npucore_waiting gauge",
        *waiting,
    ]
    return "\n".join(lines) + "\n"


def _label(name: str) -> str:
    escaped = name.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
    return f'model="{escaped}"'
