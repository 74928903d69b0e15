# SPDX-License-Identifier: MIT
"""Ops have places of their own, below what they read, and edges go around ops."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npucore.cli.graph_page.layout import BOX, LAYER, drawing
from npucore.graph import Graph
from npucore.ops import Add, Op
from npucore.tensor import Tensor

F32 = np.dtype(np.float32)


def graph(reads: list[tuple[int, int]]) -> Graph:
    """Additions of two earlier results each, 0 being the input."""
    tensors = [Tensor("x", (4,), F32)]
    ops: list[Op] = []
    for number, (a, b) in enumerate(reads):
        tensors.append(Tensor(f"y{number}", (4,), F32))
        known = len(tensors) - 1
        ops.append(Add(a=tensors[a % known], b=tensors[b % known], output=tensors[-1]))
    return Graph(tuple(ops), (tensors[0],), (tensors[-1],))


numbers = st.tuples(st.integers(0, 50), st.integers(0, 50))


@given(st.lists(numbers, min_size=1, max_size=25))
def test_no_two_ops_overlap_and_readers_are_below(reads: list[tuple[int, int]]) -> None:
    placed = drawing(graph(reads))
    for (ax, ay), (bx, by) in combinations(placed.places, 2):
        assert ay != by or abs(ax - bx) >= BOX
    for (source, reader), points in placed.edges.items():
        assert (points[0], points[-1]) == (placed.places[source], placed.places[reader])
        heights = [y for _, y in points]
        assert heights == sorted(heights)
        assert {round(b - a) for a, b in pairwise(heights)} == {LAYER}
    assert all(0 <= x <= placed.width and 0 <= y <= placed.height for x, y in placed.places)


@given(st.lists(numbers, min_size=1, max_size=25))
def test_an_edge_passes_no_op(reads: list[tuple[int, int]]) -> None:
    placed = drawing(graph(reads))
    for points in placed.edges.values():
        for x, y in points[1:-1]:
            assert all(y != py or abs(x - px) > BOX / 2 for px, py in placed.places)


def test_a_chain_is_upright() -> None:
    chain = drawing(graph([(0, 0), *((n, n) for n in range(1, 9))]))
    assert len({x for x, _ in chain.places}) == 1


def test_nothing_has_no_extent() -> None:
    assert drawing(Graph((), (), ())).height == pytest.approx(0)
