# SPDX-License-Identifier: MIT
"""Graphs of a few ops: views, additions, pools, and what lies where."""

from __future__ import annotations

import pytest

from npucore import Graph
from npucore.family.code import ACTIVATIONS
from npucore.ops import Add, Concatenation, Op
from npucore_vsim.backend import VsimBackend
from tests.material.vsim.compared import off, pointwise, tensor

TARGETS = ("a311d", "imx8mp")


def check(graph: Graph, target: str) -> None:
    """Within 1 of the exact answer for each of three ops behind another."""
    assert off(graph, target) <= 3


@pytest.mark.parametrize("target", TARGETS)
def test_concatenated_maps_are_written_side_by_side(target: str) -> None:
    x = tensor("x", 1, 5, 7, 4)
    a, b = pointwise(x, "a", 16), pointwise(x, "b", 24)
    joined = Concatenation(operands=(a.output, b.output), output=tensor("y", 1, 5, 7, 40), axis=3)
    check(Graph((a, b, joined), (x,), (joined.output,)), target)


@pytest.mark.parametrize("target", TARGETS)
def test_an_operand_whose_cores_write_too_much_is_copied(target: str) -> None:
    """V7 jobs write 16 planes for 12 channels: over the neighbour, if they wrote in place."""
    x = tensor("x", 1, 5, 7, 4)
    a, b = pointwise(x, "a", 12), pointwise(x, "b", 24)
    joined = Concatenation(operands=(a.output, b.output), output=tensor("y", 1, 5, 7, 36), axis=3)
    graph = Graph((a, b, joined), (x,), (joined.output,))
    check(graph, target)
    copies = VsimBackend(target).compiled(graph).ops.count(2)
    assert bool(copies) == (target == "a311d")


@pytest.mark.parametrize("target", TARGETS)
def test_a_residual_adds_maps_wherever_they_lie(target: str) -> None:
    x = tensor("x", 1, 8, 8, 8)
    first = pointwise(x, "first", 8)
    second = pointwise(first.output, "second", 8)
    third = pointwise(second.output, "third", 8)
    ops: list[Op] = [first, second, third]
    total = Add(a=third.output, b=first.output, output=tensor("sum", 1, 8, 8, 8, scale=0.2))
    again = Add(a=total.output, b=second.output, output=tensor("y", 1, 8, 8, 8, scale=0.2))
    check(Graph((*ops, total, again), (x,), (again.output,)), target)


@pytest.mark.parametrize("target", TARGETS)
def test_what_lives_at_one_time_never_overlaps(target: str) -> None:
    x = tensor("x", 1, 6, 6, 3)
    a = pointwise(x, "a", 9)
    b = pointwise(a.output, "b", 5)
    compiled = VsimBackend(target).compiled(Graph((a, b), (x,), (b.output,)))
    for job in compiled.jobs:
        places = {at.offset for at in job.addresses.values() if at.buffer == ACTIVATIONS}
        assert len(places) == 2
