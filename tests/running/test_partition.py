# SPDX-License-Identifier: MIT
"""Who gets which op, and how few runs that takes."""

from __future__ import annotations

import pytest

from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import Add, Logistic, Op, Relu, Sqrt
from npucore.reference import ReferenceBackend
from npucore.running.partition import partition
from tests.material.running.graphs import Picky, chain, diamond, likes


def names(graph: Graph) -> list[str]:
    return [op.name for op in graph.ops]


def test_consecutive_ops_of_one_backend_form_a_run() -> None:
    backends = [Picky(likes(Relu)), ReferenceBackend()]
    runs = partition(chain(Relu, Relu, Logistic, Relu), backends).runs
    assert [(run.backend.name, names(run.graph)) for run in runs] == [
        ("picky", ["relu", "relu"]),
        ("reference", ["logistic"]),
        ("picky", ["relu"]),
    ]


def test_ops_that_do_not_wait_for_each_other_are_gathered() -> None:
    runs = partition(diamond(), [Picky(likes(Relu)), ReferenceBackend()]).runs
    assert [names(run.graph) for run in runs] == [
        ["relu", "relu"],
        ["logistic", "logistic", "add"],
    ]


def test_the_first_backend_that_takes_an_op_gets_it() -> None:
    first, second = Picky(likes(Relu), "first"), Picky(likes(Relu, Logistic), "second")
    placements = partition(chain(Relu, Logistic, Sqrt), [first, second, ReferenceBackend()])
    assert [p.backend for p in placements.placements] == ["first", "second", "reference"]


def test_every_refusal_on_the_way_is_kept() -> None:
    first, second = Picky(likes(Relu), "first"), Picky(likes(Relu), "second")
    (placement,) = partition(chain(Logistic), [first, second, ReferenceBackend()]).placements
    assert placement.reason == ("first: no appetite for logistic; second: no appetite for logistic")


def test_the_first_choice_has_no_reason_but_evidence() -> None:
    (placement,) = partition(chain(Relu), [Picky(likes(Relu))]).placements
    assert (placement.reason, placement.evidence) == (None, "shown")


def test_an_op_that_nobody_takes_is_named_with_all_reasons() -> None:
    with pytest.raises(UnsupportedError, match=r"sqrt -> x1 \(picky: no appetite for sqrt\)"):
        partition(chain(Sqrt), [Picky(likes(Relu))])


def test_an_op_that_loses_its_neighbour_to_another_run_moves_on() -> None:
    """An add that exists only fused into a relu before it, with something foreign in between."""

    def only_fused(op: Op, graph: Graph) -> bool:
        if isinstance(op, Add):
            return any(isinstance(o, Relu) and o.output in op.inputs for o in graph.ops)
        return isinstance(op, Relu)

    graph = diamond()
    parts = partition(graph, [Picky(only_fused), ReferenceBackend()])
    assert parts.placements[-1].backend == "reference"
    assert [names(run.graph) for run in parts.runs] == [
        ["relu", "relu"],
        ["logistic", "logistic", "add"],
    ]


def test_a_backend_that_raises_refuses() -> None:
    def raises(op: Op, graph: Graph) -> bool:
        raise ZeroDivisionError("oops")

    (placement,) = partition(chain(Relu), [Picky(raises), ReferenceBackend()]).placements
    assert placement.reason == "picky: the backend is broken: ZeroDivisionError: oops"


def test_a_run_has_the_tensors_that_cross_its_border() -> None:
    runs = partition(diamond(), [Picky(likes(Relu)), ReferenceBackend()]).runs
    assert [t.name for t in runs[0].graph.inputs] == ["x"]
    assert [t.name for t in runs[0].graph.outputs] == ["c"]
    assert [t.name for t in runs[1].graph.inputs] == ["x", "c"]


def test_a_graph_without_ops_has_no_runs() -> None:
    x = chain(Relu).inputs[0]
    assert partition(Graph((), (x,), (x,)), [ReferenceBackend()]).runs == ()
