# SPDX-License-Identifier: MIT
"""A cut is the cheapest there is, and of equally cheap ones the smallest."""

from __future__ import annotations

import itertools
import random

import pytest

from npucore.running.cut import FOREVER, SINK, SOURCE, Flow

NODES = 5


@pytest.mark.parametrize("seed", range(20))
def test_no_way_to_part_the_nodes_is_cheaper(seed: int) -> None:
    chance = random.Random(seed)
    ends = [*range(2, 2 + NODES), SOURCE, SINK]
    edges = [
        (a, b, chance.randrange(12))
        for a, b in itertools.permutations(ends, 2)
        if chance.random() < 0.4
    ]
    flow = Flow()
    assert [flow.node() for _ in range(NODES)] == ends[:NODES]
    for edge in edges:
        flow.edge(*edge)
    found = flow.cut()
    sides = (
        {SOURCE, *some}
        for n in range(NODES + 1)
        for some in itertools.combinations(ends[:NODES], n)
    )
    costs = {frozenset(side): _cost(edges, side) for side in sides}
    assert costs[frozenset(found)] == min(costs.values())
    equal = [side for side, cost in costs.items() if cost == min(costs.values())]
    assert all(found <= side for side in equal)


def _cost(edges: list[tuple[int, int, int]], side: set[int]) -> int:
    return sum(capacity for a, b, capacity in edges if a in side and b not in side)


def test_what_may_not_be_parted_is_not() -> None:
    flow = Flow()
    a, b = flow.node(), flow.node()
    flow.edge(SOURCE, a, FOREVER)
    flow.edge(a, b, FOREVER)
    flow.edge(b, SINK, 7)
    assert flow.cut() == {SOURCE, a, b}


def test_without_edges_the_source_is_alone() -> None:
    flow = Flow()
    flow.node()
    assert flow.cut() == {SOURCE}
