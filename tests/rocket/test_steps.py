# SPDX-License-Identifier: MIT
"""Ops that become look-ups, element-wise steps, windows and moved values, on the simulator."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from npucore.evidence import Evidence
from npucore.graph import Graph
from npucore.ops import (
    Add,
    Concatenation,
    Convolution,
    Logistic,
    Mul,
    Pooling,
    PoolingType,
    Resize,
    Softmax,
    StridedSlice,
    Tanh,
)
from npucore.quantize import Rounding
from npucore.reference import ReferenceBackend
from npucore.tensor import Quantization, Tensor
from npucore_rocket import RocketBackend
from npucore_rocket.lower import lookup
from npucore_rocket.lower.table import ENTRIES, STORED, answers, table
from npucore_rocket.virtual import Behaviour, Driver, VirtualKernel
from tests.material.rocket.random_ops import Random, graph_of
from tests.material.rocket.random_steps import STEPS

CASES = 10
INT8 = np.dtype(np.int8)
reference = ReferenceBackend()


def tensor(name: str, *shape: int, scale: float = 0.05, zero: int = 3) -> Tensor:
    return Tensor(name, shape, INT8, Quantization.per_tensor(scale, zero))


MAP = tensor("x", 1, 8, 8, 20)


def tasks_of(graph: Graph, **options: Any) -> list[int]:
    """The op of every task."""
    arrays = RocketBackend(device="simulator", **options).export(graph).arrays
    return [int(op) for op in arrays["tasks"][:, 1]]


def error(graph: Graph, **options: Any) -> int:
    rng = np.random.default_rng(7)
    inputs = [rng.integers(-128, 128, t.shape, np.int8) for t in graph.inputs]
    wanted = reference.compile(graph).run(inputs)
    options = {"device": "simulator", **options}
    found = RocketBackend(**options).compile(graph).run(inputs)
    pairs = zip(found, wanted, strict=True)
    return max(int(np.abs(a.astype(int) - b.astype(int)).max()) for a, b in pairs)


@pytest.mark.parametrize("kind", STEPS)
def test_random_ops_are_within_the_published_bound(kind: str) -> None:
    rocket = RocketBackend(device="simulator", trust=Evidence.SIBLING)
    taken = 0
    for seed in range(CASES):
        r = Random(seed)
        if (op := STEPS[kind](r)) is None or not rocket.supports(op, graph_of(op)):
            continue
        graph = graph_of(op)
        inputs = [r.numbers(t.shape) for t in graph.inputs]
        wanted = reference.compile(graph).run(inputs)
        bound = 0 if kind == "concatenation" else rocket.capabilities.ops[op.name]
        for got, want in zip(rocket.compile(graph).run(inputs), wanted, strict=True):
            assert np.abs(got.astype(int) - want.astype(int)).max() <= bound
        taken += 1
    assert taken >= CASES / 3


@pytest.mark.parametrize(
    "op",
    [
        Pooling(type=PoolingType.MAX, input=MAP, output=tensor("y", 1, 8, 8, 20), kernel=(1, 1),
                stride=(1, 1)),
        Pooling(type=PoolingType.MAX, input=MAP, output=tensor("y", 1, 4, 4, 20), kernel=(1, 1),
                stride=(2, 2)),
        Pooling(type=PoolingType.MAX, input=MAP, output=tensor("y", 1, 1, 1, 20), kernel=(8, 8),
                stride=(8, 8)),
        Resize(input=MAP, output=tensor("y", 1, 1, 1, 20), size=(1, 1)),
        Resize(input=MAP, output=tensor("y", 1, 1, 16, 20), size=(1, 16)),
    ],
)  # fmt: skip
def test_a_window_of_one_pixel_and_a_single_window(op: Pooling | Resize) -> None:
    """No value changes, but the result has to be written."""
    graph = Graph((op,), (MAP,), op.outputs, Rounding.EXACT)
    assert error(graph, trust="sibling") == 0


def test_a_table_gives_every_byte_its_answer_and_has_neither_flats_nor_zeros() -> None:
    rng = np.random.default_rng(1)
    steps = np.repeat(rng.integers(-128, 128, 16), 16)
    for results in (STORED, -STORED - 1, steps, np.full(256, 5), rng.integers(-128, 128, 256)):
        for zero in (-128, 0, 5, 127):
            both = table(results.astype(np.int64), zero)
            assert (answers(both, zero) == results).all()
            entries = np.concatenate([both[0], both[1][1:]])
            assert both[0, ENTRIES - 1] == both[1, 0]
            assert entries.all()
            assert np.diff(entries.astype(int)).all()


def swish(source: Tensor, output: Tensor) -> tuple[Logistic, Mul]:
    gate = Logistic(input=source, output=tensor("g", *source.shape, scale=1 / 256, zero=-128))
    return gate, Mul(a=source, b=gate.output, output=output)


def convolution(source: Tensor, kernels: int, scale: float = 0.04) -> Convolution:
    data = np.random.default_rng(kernels).integers(
        -90, 91, (kernels, 1, 1, source.shape[3]), np.int8
    )
    weights = Tensor("w", data.shape, INT8, Quantization.per_tensor(0.002, 0), data)
    output = tensor(f"{source.name}c", *source.shape[:3], kernels, scale=scale, zero=-20)
    return Convolution(input=source, weights=weights, output=output)


def test_swish_is_one_task_and_its_parts_are_concatenated_without_any() -> None:
    """As in the blocks of a YOLO: halves of one map, and what is made of one, side by side."""
    x = tensor("x", 1, 6, 7, 16)
    first = convolution(x, 32)
    gate, mul = swish(first.output, tensor("m", 1, 6, 7, 32, scale=0.03, zero=-110))
    cut = {"sizes": (1, 6, 7, 16), "strides": (1, 1, 1, 1)}
    halves = [
        StridedSlice(
            input=mul.output,
            output=tensor(f"h{n}", 1, 6, 7, 16, scale=0.03, zero=-110),
            begin=(0, 0, 0, 16 * n),
            **cut,
        )
        for n in range(2)
    ]
    own, more = swish(halves[1].output, tensor("n", 1, 6, 7, 16, scale=0.03, zero=-110))
    whole = tensor("z", 1, 6, 7, 48, scale=0.03, zero=-110)
    operands = (halves[0].output, halves[1].output, more.output)
    joined = Concatenation(operands=operands, output=whole, axis=3)
    last = convolution(whole, 32)
    ops = (first, gate, mul, *halves, own, more, joined, last)
    graph = Graph(ops, (x,), (whole, last.output), Rounding.EXACT)
    assert tasks_of(graph) == [ops.index(op) for op in (first, mul, more, last)]
    assert error(graph) <= 2  # of sums that err by one


def test_what_a_task_fuses_is_within_one_of_what_two_give() -> None:
    x = tensor("x", 1, 6, 7, 48)
    first = convolution(x, 40, scale=0.03)
    tanh = Tanh(input=first.output, output=tensor("t", 1, 6, 7, 40, scale=1 / 64, zero=2))
    graph = Graph((first, tanh), (x,), tanh.outputs, Rounding.EXACT)
    assert tasks_of(graph) == [0, 1]
    assert tasks_of(graph, tables="fused") == [1]
    assert error(graph, tables="fused") <= 1
    assert tasks_of(Graph((first, tanh), (x,), (first.output, tanh.output)), tables="fused") == [
        0,
        1,
    ]


def test_a_steep_function_is_not_fused() -> None:
    """Between two stored sums its answers are far from both."""
    x = tensor("x", 1, 6, 7, 48)
    first = convolution(x, 40, scale=0.5)
    tanh = Tanh(input=first.output, output=tensor("t", 1, 6, 7, 40, scale=1 / 128, zero=0))
    assert tasks_of(Graph((first, tanh), (x,), tanh.outputs), tables="fused") == [0, 1]


def test_a_table_that_would_answer_otherwise_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    op = swish(MAP, MAP)[0]
    found = answers(table(STORED, 0), 0)
    monkeypatch.setattr(lookup, "answers", lambda both, zero: found)
    verdict = RocketBackend(device="simulator").supports(op, graph_of(op))
    assert "of 256 numbers" in str(verdict.reason)


def test_an_op_is_judged_for_the_chain_that_it_ends() -> None:
    """One backend, first a graph in which the gate is part of the chain, then one that wants it."""
    gate, mul = swish(MAP, tensor("m", 1, 8, 8, 20, scale=0.03, zero=-110))
    rocket = RocketBackend(device="simulator")
    values = np.random.default_rng(1).integers(-128, 128, MAP.shape, np.int8)
    for outputs in (mul.outputs, (gate.outputs[0], mul.output), mul.outputs):
        graph = Graph((gate, mul), (MAP,), outputs, Rounding.EXACT)
        assert all(rocket.supports(op, graph) for op in graph.ops)
        wanted = reference.compile(graph).run([values])
        for got, want in zip(rocket.compile(graph).run([values]), wanted, strict=True):
            assert np.abs(got.astype(int) - want.astype(int)).max() <= 1


@pytest.mark.parametrize("driver", Driver)
def test_pools_go_to_the_pooling_unit_where_its_end_is_heard(driver: Driver) -> None:
    x = tensor("x", 1, 12, 12, 40)
    pool = Pooling(
        type=PoolingType.MAX, input=x, output=tensor("y", 1, 6, 6, 40), kernel=(2, 2), stride=(2, 2)
    )
    graph = Graph((pool,), (x,), pool.outputs, Rounding.EXACT)
    kernel = VirtualKernel(Behaviour(driver=driver))
    assert error(graph, device=kernel) == 0
    jobs = RocketBackend(device=kernel).compiled(graph).jobs
    assert len(jobs) == (3 if driver is Driver.MAINLINE else 1)


def test_a_small_sum_and_a_tensor_with_itself_are_added() -> None:
    for shape in ((1, 1, 2, 20), (1, 9, 9, 20)):
        a, b = tensor("a", *shape), tensor("b", *shape, scale=0.02, zero=-9)
        both = Add(a=a, b=b, output=tensor("y", *shape, scale=0.06, zero=0))
        twice = Add(a=a, b=a, output=tensor("y", *shape, scale=0.1, zero=5))
        assert error(Graph((both,), (a, b), both.outputs, Rounding.EXACT)) <= 1
        assert error(Graph((twice,), (a,), twice.outputs, Rounding.EXACT)) == 0


def test_a_softmax_is_refused_with_what_it_would_err() -> None:
    x = tensor("x", 1, 1, 1, 10)
    softmax = Softmax(input=x, output=tensor("y", 1, 1, 1, 10, scale=1 / 256, zero=-128))
    verdict = RocketBackend().supports(softmax, graph_of(softmax))
    assert "exponentials" in str(verdict.reason)
