# SPDX-License-Identifier: MIT
"""Advice is worked out, and depends on the network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import npucore
from npucore.graph import Graph
from npucore.ops import Concatenation, Dequantize, Foreign, Op, Relu
from npucore.running.advice import Advice, Step
from npucore.tensor import Quantization, Tensor
from tests.material.running.graphs import chain
from tests.material.running.streamed import network

DIGITS = Path(npucore.__file__).parent / "demo" / "digits.tflite"
INT8 = np.dtype(np.int8)
Q = Quantization.per_tensor(0.05)


def steps(graph: Graph | Path, backend: str, **options: object) -> list[tuple[Step, str]]:
    return [(each.step, each.value) for each in advice(graph, backend, **options)]


def advice(graph: Graph | Path, backend: str, **options: object) -> tuple[Advice, ...]:
    return npucore.explain(graph, backend, **options).advice  # type: ignore[arg-type]


def joined() -> Graph:
    """Two maps side by side: known of siblings of the RK3588 alone."""
    a, b = (Tensor(name, (1, 8, 8, 16), INT8, Q) for name in "ab")
    y = Tensor("y", (1, 8, 8, 32), INT8, Q)
    x = Tensor("x", (1, 8, 8, 16), INT8, Q)
    ops: list[Op] = [
        Relu(input=a, output=x),
        Concatenation(operands=(x, b), output=y, axis=3),
    ]
    return Graph(tuple(ops), (a, b), (y,))


def test_a_float_network_is_taken_as_it_is_or_to_be_quantized() -> None:
    first, second = advice(chain(Relu, Relu), "rocket")
    assert (first.step, first.value, first.ops) == (Step.FLOATS, "floats=fp16", 2)
    assert (second.step, second.ops) == (Step.QUANTIZE, 2)
    assert min(first.seconds, second.seconds) > 0


def test_floats_of_a_quantized_network_are_left_as_they_are() -> None:
    a, b, y = (Tensor(name, (1, 8, 8, 16), np.dtype(np.float32)) for name in "aby")
    x = Tensor("x", a.shape, INT8, Q)
    mixed = Graph(
        (Dequantize(input=x, output=a), Relu(input=a, output=b), Relu(input=b, output=y)),
        (x,),
        (y,),
    )
    assert Step.QUANTIZE not in [step for step, _ in steps(mixed, "rocket")]


def test_less_evidence_is_advised_where_it_takes_more() -> None:
    board = advice(joined(), "rocket", board=True, placement="greedy")
    assert [(each.step, each.value, each.ops) for each in board] == [(Step.TRUST, "sibling", 1)]
    bold = steps(joined(), "rocket", trust="sibling", placement="greedy")
    assert (Step.TRUST, "sibling") not in bold


def test_where_nothing_is_in_the_way_streams_are_counted() -> None:
    graph = network(256, softmaxes=0)
    (streams,) = advice(graph, "rocket")
    assert (streams.step, streams.value) == (Step.STREAMS, "4")
    done = npucore.benchmark(graph, "rocket", streams=4, trust="sibling")
    assert streams.fps is not None
    assert done.throughput_fps <= streams.fps
    assert streams.fps == pytest.approx(done.throughput_fps, rel=0.1)


def test_what_nothing_runs_is_to_be_left_out() -> None:
    a, b = (Tensor(name, (1, 4), INT8, Q) for name in "ab")
    lost = Foreign(operands=(a,), results=(b,), operator="FFT", reason="is not read")
    found = steps(Graph((lost,), (a,), (b,)), "rocket")
    assert found[0] == (Step.EXPORT, "FFT")


def test_on_the_cpu_alone_the_npu_is_named_whose_boards_take_most() -> None:
    """The simulator of NVDLA takes as much, but no board of its own is known to take anything."""
    (first,) = advice(DIGITS, "reference")
    assert first.step is Step.BACKEND
    assert first.value in ("rocket", "vsim")
    assert first.ops >= 16
