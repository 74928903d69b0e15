# SPDX-License-Identifier: MIT
"""Groups of one owner, in an order in which they can run."""

from __future__ import annotations

import itertools

import pytest

from npucore.graph import Graph
from npucore.ops import Op
from npucore.running.order import Group, alternating, orders
from tests.material.running.graphs import diamond


def runs_in(graph: Graph, groups: list[Group]) -> bool:
    """Whether every op comes once, and behind those whose results it reads."""
    done: set[Op] = set()
    for op in itertools.chain.from_iterable(groups):
        if any(graph.writer[t] not in done for t in op.inputs if t in graph.writer):
            return False
        done.add(op)
    return done == set(graph.ops) and sum(map(len, groups)) == len(graph.ops)


@pytest.mark.parametrize("sides", list(itertools.product("ab", repeat=5)), ids="".join)
def test_every_order_can_run(sides: tuple[str, ...]) -> None:
    graph = diamond()
    owners = dict(zip(graph.ops, sides, strict=True))
    found = list(orders(graph, owners))
    assert found[0] == alternating(graph, owners)
    for groups in found:
        assert runs_in(graph, groups)
        assert all(len({owners[op] for op in group}) == 1 for group in groups)
        names = [owners[group[0]] for group in groups]
        assert all(a != b for a, b in itertools.pairwise(names))


def test_a_graph_without_ops_has_no_groups() -> None:
    x = diamond().inputs[0]
    empty = Graph((), (x,), (x,))
    assert alternating(empty, {}) == []
    assert list(orders(empty, {})) == []
