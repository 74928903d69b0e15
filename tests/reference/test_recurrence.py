# SPDX-License-Identifier: MIT
"""Recurrent ops of one cell, whose numbers are worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import npucore
from npucore import ops
from npucore.graph import Graph
from npucore.ops import Op
from npucore.tensor import Array, Shape, Tensor

FLOAT = np.dtype(np.float32)
OPEN = 100.0  # a sum at which a sigmoid, and tanh, is 1


def held(name: str, values: Any, dtype: str = "float32") -> Tensor:
    data = np.asarray(values, dtype)
    return Tensor(name, data.shape, data.dtype, data=data)


def empty(name: str, *shape: int) -> Tensor:
    return Tensor(name, shape, FLOAT)


def run(op: Any, x: Array) -> list[Array]:
    graph = Graph((op,), (op.input,), op.results)
    with npucore.Session(graph, "reference") as session:
        return session.run(x)


@pytest.mark.parametrize(("limit", "cell"), [(0.0, 5.0), (2.0, 2.0)])
def test_a_cell_is_clipped_and_a_projection_has_a_bias(limit: float, cell: float) -> None:
    op = ops.Lstm(
        input=empty("x", 1, 1, 1),
        weights=held("w", np.zeros((4, 1))),
        recurrent=held("r", np.zeros((4, 1))),
        bias=held("b", [OPEN] * 4),
        projection=held("p", [[3.0]]),
        projection_bias=held("pb", [0.5]),
        first_cell=held("c", [[4.0]]),
        results=(empty("y", 1, 1, 1), empty("h", 1, 1), empty("c1", 1, 1)),
        cell_clip=limit,
    )
    out, last, memory = run(op, np.zeros((1, 1, 1), np.float32))
    assert memory.ravel() == pytest.approx([cell])  # 4 of before and 1 that is new
    said = 3 * np.tanh(cell) + 0.5
    assert (out.item(), last.item()) == pytest.approx((said, said))


def sequence(kind: type[Op], lengths: Tensor | None) -> Op:
    """Three steps of two sequences, one feature and one cell."""
    gates = {ops.Rnn: 1, ops.Gru: 3, ops.Lstm: 4}[kind]
    states: list[Shape] = [(2, 1)] * (2 if kind is ops.Lstm else 1)
    results = [empty("y", 3, 2, 1), *(empty(f"s{i}", *s) for i, s in enumerate(states))]
    made: Any = kind
    op: Op = made(
        input=empty("x", 3, 2, 1),
        weights=held("w", np.linspace(0.5, 1, gates)[:, None]),
        recurrent=held("r", np.linspace(0.7, 0.9, gates)[:, None]),
        bias=held("b", np.linspace(0.1, 0.2, gates)),
        lengths=lengths,
        results=tuple(results),
    )
    return op


@pytest.mark.parametrize("kind", [ops.Rnn, ops.Gru, ops.Lstm])
def test_steps_behind_a_sequence_are_zeros_and_leave_its_state(kind: type[Op]) -> None:
    x = np.linspace(0.2, 1, 6, dtype=np.float32).reshape(3, 2, 1)
    every, *_ = run(sequence(kind, None), x)
    some, *states = run(sequence(kind, held("l", [3, 1], "int64")), x)
    assert np.array_equal(some[:, 0], every[:, 0])
    assert some[:, 1].ravel().tolist() == [every[0, 1, 0], 0, 0]
    assert states[0].ravel().tolist() == [every[2, 0, 0], every[0, 1, 0]]
