# SPDX-License-Identifier: MIT
"""Claimed sets have no foreign node between their own, and are as few as an order has."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from npucore.faces.claims import convex
from npucore.faces.network import Network, NodeRecord


def network(edges: Sequence[Sequence[int]], constant: Sequence[int] = ()) -> Network:
    """Node n reads what the nodes of ``edges[n]`` give, and ``x`` unless it is *constant*."""
    nodes = [
        NodeRecord(
            0,
            "Op",
            f"n{place}",
            (*(f"v{other}" for other in before), "c" if place in constant else "x"),
            (f"v{place}",),
            None,
        )
        for place, before in enumerate(edges)
    ]
    return Network("net", nodes, {}, {"c": None}, ["x"], [], {}, 10)


def reached(edges: Sequence[Sequence[int]], start: int) -> set[int]:
    """Nodes that depend on *start*."""
    found = {start}
    for place, before in enumerate(edges):
        if found.intersection(before):
            found.add(place)
    return found - {start}


@st.composite
def drawn(draw: st.DrawFn) -> tuple[list[list[int]], set[int]]:
    count = draw(st.integers(1, 9))
    edges = [
        draw(st.lists(st.integers(0, place - 1), max_size=3, unique=True)) if place else []
        for place in range(count)
    ]
    return edges, draw(st.sets(st.integers(0, count - 1)))


@given(drawn())
def test_no_foreign_node_lies_between(drawn: tuple[list[list[int]], set[int]]) -> None:
    edges, claimed = drawn
    groups = convex(network(edges), claimed)
    assert sorted(place for group in groups for place in group) == sorted(claimed)
    for group in groups:
        after = set().union(*(reached(edges, place) for place in group)) - set(group)
        assert not any(reached(edges, place) & set(group) for place in after)


def test_all_is_one_set_where_nothing_is_between() -> None:
    diamond = [[], [0], [0], [1, 2]]
    assert convex(network(diamond), {0, 1, 2, 3}) == [[0, 1, 2, 3]]
    assert convex(network(diamond), {0, 1, 3}) == [[0, 1], [3]]
    assert convex(network(diamond), {1, 3}) == [[1, 3]]  # 2 is done before both


def test_what_is_constant_goes_where_it_is_read() -> None:
    edges: list[list[int]] = [[], [], [1], [2], [0, 3]]
    assert convex(network(edges, constant=[0]), {0, 1, 3, 4}) == [[1], [0, 3, 4]]
