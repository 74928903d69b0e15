# SPDX-License-Identifier: MIT
"""Operands that are one number: part of a table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from npucore import Graph
from npucore.ops import Activation, Add, Mul, Subtract
from npucore.reference import ReferenceBackend
from npucore_vsim.backend import VsimBackend
from tests.material.vsim.compared import off, tensor

Kind = type[Add] | type[Mul] | type[Subtract]
KINDS: tuple[Kind, ...] = (Add, Mul, Subtract)
EVERY = np.arange(256, dtype=np.uint8).reshape(1, 256)


def beside(
    kind: Kind,
    stored: np.ndarray,
    first: bool,
    out: tuple[float, int],
    activation: Activation = Activation.NONE,
) -> Graph:
    """One op of a tensor and a constant."""
    x, y = tensor("x", 1, 256), tensor("y", 1, 256, scale=out[0], zero=out[1])
    held = replace(tensor("held", 1, 256, scale=0.03, zero=20), data=stored)
    a, b = (held, x) if first else (x, held)
    op = kind(a=a, b=b, output=y, activation=activation)
    return Graph((op,), (x,), (y,))


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.integers(0, 255),
    st.booleans(),
    st.floats(0.02, 0.5),
    st.integers(0, 255),
)
def test_one_number_is_part_of_a_table(
    kind: Kind, number: int, first: bool, scale: float, zero: int
) -> None:
    graph = beside(kind, np.full((1, 256), number, np.uint8), first, (scale, zero))
    (op,) = graph.ops
    assume(all(b.supports(op, graph) for b in (VsimBackend(), ReferenceBackend())))
    assert off(graph, "a311d", [EVERY]) <= 1


@pytest.mark.parametrize("activation", [Activation.RELU, Activation.RELU6])
@pytest.mark.parametrize("zero", [0, 40])
def test_a_sum_with_a_number_clamps(activation: Activation, zero: int) -> None:
    graph = beside(Add, np.full((1, 256), 3, np.uint8), False, (0.1, zero), activation)
    assert off(graph, "a311d", [EVERY]) <= 1


def test_a_table_is_within_one_of_both_neighbours_of_a_half() -> None:
    graph = beside(Add, np.full((1, 256), 33, np.uint8), False, (0.02, 1))
    assert off(graph, "a311d", [EVERY]) <= 1


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_several_numbers_are_refused(kind: Kind) -> None:
    graph = beside(kind, EVERY, False, (0.1, 10))
    reason = VsimBackend().supports(graph.ops[0], graph).reason
    assert reason == "held is constant"


def test_a_number_asks_for_the_trust_of_a_table() -> None:
    graph = beside(Add, np.full((1, 256), 3, np.uint8), False, (0.1, 10))
    verdict = VsimBackend(trust="shown").supports(graph.ops[0], graph)
    assert verdict.reason == "needs trust=sibling: looked up"
