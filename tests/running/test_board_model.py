# SPDX-License-Identifier: MIT
"""A network's parts in time, as a board would have them."""

from __future__ import annotations

import numpy as np
import pytest

import npucore
from npucore.contract.backend import Availability, DeviceKind
from npucore.contract.cost import Speed
from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import Relu
from tests.material.running.graphs import Picky, chain
from tests.material.running.priced import Priced
from tests.material.running.streamed import network

INT8 = np.dtype(np.int8)


def gain(graph: Graph) -> tuple[float, npucore.Benchmark]:
    done = npucore.benchmark(graph, "rocket", streams=4, placement="greedy")
    return done.throughput_fps * done.latency_seconds, done


def test_four_streams_on_three_cores_where_the_npu_bounds() -> None:
    times, done = gain(network(256, softmaxes=0))
    assert done.time is not None
    assert done.time.device > 0.6 * done.time.seconds
    assert times >= 2.7
    assert done.schedule is not None
    assert done.schedule.bound == "rocket"


def test_fewer_of_them_where_an_inference_waits_for_the_lock() -> None:
    times, done = gain(network(32, softmaxes=6, side=2))
    assert times < 2.7
    assert done.schedule is not None
    assert done.schedule.bound == "Python's lock"


def test_parts_are_those_that_placement_weighs() -> None:
    graph = network(32, softmaxes=2)
    done = npucore.benchmark(graph, "rocket", placement="greedy", trust="shown")
    told = npucore.explain(graph, "rocket", placement="greedy", trust="shown")
    assert done.time is not None
    assert told.time is not None
    for part in ("device", "driver", "crossings", "host"):
        assert getattr(done.time, part) == pytest.approx(getattr(told.time, part))
    assert [op.op for op in done.host_ops] == ["softmax", "softmax"]
    assert [*(op.index for op in done.ops), *(op.index for op in done.host_ops)] == [0, 1, 2]


def test_a_slower_cpu_takes_longer() -> None:
    graph = network(32, softmaxes=1)
    fast, slow = (npucore.benchmark(graph, "rocket", host=core).time for core in ("a76", "a55"))
    assert fast is not None
    assert slow is not None
    assert slow.host > 1.5 * fast.host


def test_what_an_absent_npu_refuses_is_modelled_on_the_boards_cpu() -> None:
    done = npucore.benchmark(chain(Relu, Relu), "rocket", host="a55")
    assert done.timing.modelled
    assert done.time is not None
    assert done.latency_seconds == done.time.host == sum(op.seconds for op in done.host_ops)
    assert done.board is not None
    assert done.board.speeds == {}


def test_a_simulator_without_a_model_has_no_figures() -> None:
    taste = Picky(lambda op, _: isinstance(op, Relu))
    with pytest.raises(UnsupportedError, match="picky has no model of the time that it takes"):
        npucore.benchmark(chain(Relu), taste)


class Board(Priced):
    """It is there, and its model of itself is far off."""

    def availability(self) -> Availability:
        return Availability(DeviceKind.HARDWARE, "on the desk")

    def speed(self) -> Speed:
        return Speed("deskchip", 1e6, 2, 1.0, None)


def test_a_board_is_measured_and_what_the_model_expects_stands_beside_it() -> None:
    slow = Board(lambda op, _: isinstance(op, Relu), {"x1": 1000.0})
    done = npucore.benchmark(chain(Relu), slow, runs=3, placement="greedy")
    assert (done.timing.modelled, done.schedule, len(done.timing.latency_seconds)) == (
        False,
        None,
        3,
    )
    assert done.latency_seconds < 1
    assert done.time is not None
    assert done.time.device == 1000
    assert done.timing.percentile(99) >= done.timing.percentile(50) == done.latency_seconds
