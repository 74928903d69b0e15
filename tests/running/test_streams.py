# SPDX-License-Identifier: MIT
"""Several inferences under way, whatever the backend."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import numpy as np
import pytest

import npucore
from npucore.contract.backend import Program
from npucore.errors import InputError
from npucore.graph import Graph
from npucore.ops import Logistic, Relu
from npucore.running.measure import measure, noise
from npucore.running.streams import Streams
from npucore.tensor import Array, Tensor
from tests.material.running.graphs import Picky, PickyProgram, chain, likes

X = np.array([-1, 0, 1, 2], np.float32)


class Counting(PickyProgram):
    """Knows how many threads were inside at once."""

    in_flight = 2
    inside = most = 0
    lock = threading.Lock()

    def run(self, inputs: Sequence[Array]) -> list[Array]:
        with Counting.lock:
            Counting.inside += 1
            Counting.most = max(Counting.most, Counting.inside)
        time.sleep(0.01)
        with Counting.lock:
            Counting.inside -= 1
        return self.inner.run(inputs)


class Parallel(Picky):
    """A backend whose programs take two inferences at once."""

    def compile(self, graph: Graph) -> Program:
        program = super().compile(graph)
        assert isinstance(program, PickyProgram)
        return Counting(program.inner)


def test_futures_have_the_outputs_in_any_order() -> None:
    with npucore.Session(chain(Relu), "reference") as session:
        futures = [session.submit(X * n) for n in range(5)]
        for n, future in reversed(list(enumerate(futures))):
            np.testing.assert_array_equal(future.result()[0], np.maximum(X * n, 0))


def test_one_thread_more_than_the_backend_takes_at_once() -> None:
    Counting.most = 0
    with npucore.Session(chain(Relu), Parallel(likes(Relu))) as session:
        for future in [session.submit(X) for _ in range(12)]:
            future.result()
    assert Counting.most == 3


def test_a_mistake_is_the_futures() -> None:
    with npucore.Session(chain(Relu), "reference") as session:
        future = session.submit(X.astype(np.float64))
        with pytest.raises(InputError, match="float64"):
            future.result()


def test_a_closed_session_takes_nothing_and_its_threads_are_gone() -> None:
    before = threading.active_count()
    session = npucore.Session(chain(Relu), "reference")
    future = session.submit(X)
    session.close()
    session.close()
    assert future.done()
    assert threading.active_count() == before
    with pytest.raises(InputError, match="the session is closed"):
        session.submit(X)


def test_a_session_that_submits_nothing_has_no_threads() -> None:
    before = threading.active_count()
    with npucore.Session(chain(Relu), "reference") as session:
        session.run(X)
        assert threading.active_count() == before


def test_what_has_not_begun_is_cancelled() -> None:
    streams = Streams(1)
    gate = threading.Event()
    first = streams.submit(gate.wait)
    second = streams.submit(gate.wait)
    threading.Timer(0.05, gate.set).start()
    streams.close()
    assert first.result()
    assert second.cancelled()


def test_measuring_counts_what_it_ran() -> None:
    with npucore.Session(chain(Relu, Logistic), "reference") as session:
        timing = measure(session, runs=5, streams=2)
    assert len(timing.latency_seconds) == 5
    assert not timing.modelled
    assert timing.throughput_fps > 0
    assert timing.spans == []


def test_noise_is_the_same_each_time_and_of_the_right_kind() -> None:
    tensors = [Tensor(kind, (3,), np.dtype(kind)) for kind in ("uint8", "int8", "float32")]
    first, second = noise(tensors), noise(tensors)
    for tensor, mine, again in zip(tensors, first, second, strict=True):
        assert mine.dtype == tensor.dtype
        np.testing.assert_array_equal(mine, again)
    assert 0 <= first[2].min() <= first[2].max() <= 1
