# SPDX-License-Identifier: MIT
"""Ops that are faster on the CPU are placed there, with the reason."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

import pytest

from npucore.contract.cost import OpCost
from npucore.graph import Graph
from npucore.ops import Add, Logistic, Op, Relu, Sqrt
from npucore.reference import ReferenceBackend
from npucore.running.partition import Partition, partition
from npucore.running.placing import Placing, Weighing, placing_of
from tests.material.running.graphs import Picky, chain, diamond, likes, tensor
from tests.material.running.priced import FixedHost, Priced, Silent

REFERENCE = ReferenceBackend()


def placed(graph: Graph, backend: Picky, host: FixedHost) -> Partition:
    return Weighing(graph, [backend, REFERENCE], host).best()


def owners(parts: Partition) -> list[str]:
    return [p.backend for p in parts.placements]


def test_an_op_alone_between_cpu_ops_stays_with_them() -> None:
    graph = chain(Logistic, Relu, Logistic)
    backend = Priced(likes(Relu), {"x2": 0.001}, crossing=0.4)
    parts = placed(graph, backend, FixedHost({"x2": 0.1}, call=0.05))
    assert owners(parts) == ["reference"] * 3
    reason = "priced: alone between CPU ops: 8.5e+02 ms to go there, 1e+02 ms here"
    assert parts.placements[1].reason == reason
    assert len(parts.runs) == 1


def test_the_same_op_goes_to_the_npu_if_that_pays() -> None:
    graph = chain(Logistic, Relu, Logistic)
    backend = Priced(likes(Relu), {"x2": 0.001}, crossing=0.4)
    parts = placed(graph, backend, FixedHost({"x2": 2.0}))
    assert owners(parts) == ["reference", "priced", "reference"]
    assert parts.placements[1].reason is None


def test_a_run_that_gains_less_than_its_call_is_moved_as_a_whole() -> None:
    graph = chain(Logistic, Relu, Relu, Relu, Logistic)
    host = FixedHost(dict.fromkeys(("x2", "x3", "x4"), 0.5), call=3.0)
    parts = placed(graph, Priced(likes(Relu), {}, crossing=0.1), host)
    assert owners(parts) == ["reference"] * 5
    assert parts.placements[2].reason == (
        "priced: a run of 3 ops between CPU ops: 3.2e+03 ms to go there, 1.5e+03 ms here"
    )


def test_an_op_at_the_border_that_the_npu_does_slower_is_moved() -> None:
    graph = chain(Relu, Relu, Logistic)
    backend = Priced(likes(Relu), {"x1": 0.1, "x2": 5.0}, crossing=0.1)
    parts = placed(graph, backend, FixedHost({"x1": 3.0, "x2": 1.0}))
    assert owners(parts) == ["priced", "reference", "reference"]
    assert str(parts.placements[1].reason).startswith("priced: at the border of a run: ")


def test_within_a_run_an_op_stays_though_the_cpu_would_be_faster() -> None:
    graph = chain(Relu, Relu, Relu)
    backend = Priced(likes(Relu), {"x2": 0.5}, crossing=0.4)
    parts = placed(graph, backend, FixedHost({"x1": 9.0, "x2": 0.1, "x3": 9.0}))
    assert owners(parts) == ["priced"] * 3


def test_a_tie_stays_on_the_npu() -> None:
    graph = chain(Relu, Relu)
    seconds = {"x1": 1.0, "x2": 1.0}
    parts = placed(graph, Priced(likes(Relu), seconds), FixedHost(seconds))
    assert owners(parts) == ["priced", "priced"]


def test_a_small_advantage_of_the_cpu_is_in_doubt() -> None:
    graph = chain(Relu)
    taken = placed(graph, Priced(likes(Relu), {"x1": 1.08}), FixedHost({"x1": 1.0}))
    assert owners(taken) == ["priced"]
    moved = placed(graph, Priced(likes(Relu), {"x1": 1.12}), FixedHost({"x1": 1.0}))
    assert owners(moved) == ["reference"]


def test_backends_without_a_model_of_runs_get_all_that_they_take() -> None:
    graph = chain(Logistic, Relu, Logistic)
    for backend in (Picky(likes(Relu)), Silent(likes(Relu), {"x2": 99.0})):
        found = owners(placed(graph, backend, FixedHost({})))
        assert found == ["reference", backend.name, "reference"]


def test_a_backend_whose_model_breaks_is_not_weighed() -> None:
    class Broken(Priced):
        def predict(self, graph: Graph) -> list[OpCost]:
            raise ZeroDivisionError("oops")

    parts = placed(chain(Relu), Broken(likes(Relu), {"x1": 9.0}), FixedHost({}))
    assert owners(parts) == ["priced"]


def test_without_a_cpu_nothing_is_moved() -> None:
    graph = chain(Relu)
    parts = Weighing(graph, [Priced(likes(Relu), {"x1": 9.0})], FixedHost({})).best()
    assert owners(parts) == ["priced"]


def test_the_users_order_decides_between_npus() -> None:
    slow = Priced(likes(Relu), {"x1": 1.0}, name="slow")
    quick = Priced(likes(Relu), {"x1": 0.1}, name="quick")
    graph, host = chain(Relu), FixedHost({"x1": 9.0})
    assert owners(Weighing(graph, [slow, quick, REFERENCE], host).best()) == ["slow"]
    cheap = FixedHost({"x1": 0.01})
    (moved,) = Weighing(graph, [slow, quick, REFERENCE], cheap).best().placements
    assert moved.backend == "reference"
    assert str(moved.reason).count("alone between CPU ops") == 2


def test_what_no_longer_fuses_moves_on_with_its_neighbour() -> None:
    """An add that exists only fused into a relu, which the CPU does sooner."""

    def only_fused(op: Op, graph: Graph) -> bool:
        if isinstance(op, Add):
            return any(isinstance(o, Relu) and o.output in op.inputs for o in graph.ops)
        return isinstance(op, Relu)

    x, a, y = map(tensor, "xay")
    graph = Graph((Relu(input=x, output=a), Add(a=a, b=x, output=y)), (x,), (y,))
    parts = placed(graph, Priced(only_fused, {"a": 5.0}), FixedHost({"a": 0.1, "y": 0.1}))
    assert owners(parts) == ["reference", "reference"]


def test_the_cpus_independent_ops_stay_out_of_the_middle_of_a_run() -> None:
    """Two branches; started with the CPU's, the NPU's ops make one run instead of two."""
    x, a, b, c, y = map(tensor, "xabcy")
    graph = Graph(
        (
            Relu(input=x, output=a),
            Logistic(input=x, output=b),
            Add(a=a, b=b, output=c),
            Sqrt(input=c, output=y),
        ),
        (x,),
        (y,),
    )
    backend = Priced(likes(Relu, Add), {}, crossing=0.1)
    host = FixedHost(dict.fromkeys("abcy", 9.0), call=0.1)
    greedy = partition(graph, [backend, REFERENCE])
    parts = placed(graph, backend, host)
    assert [run.backend.name for run in greedy.runs] == ["priced", "reference"] * 2
    assert [run.backend.name for run in parts.runs] == ["reference", "priced", "reference"]
    assert owners(parts) == owners(greedy)


def test_each_run_is_priced_once() -> None:
    backend = Priced(likes(Relu), {"x2": 0.001}, crossing=0.4)
    placed(chain(Logistic, Relu, Logistic, Relu), backend, FixedHost({"x2": 0.1}))
    assert backend.asked == 2


@pytest.mark.parametrize("seed", range(8))
def test_no_choice_of_ops_is_better_by_the_model(seed: int) -> None:
    """Against all placements of a diamond, where calls cost nothing and nothing is in doubt."""
    graph, labels = diamond(), "abcdy"
    there = {label: 0.5 + (seed * 7 + 3 * n) % 5 for n, label in enumerate(labels)}
    here = {label: 1.0 + (seed * 11 + 4 * n) % 7 for n, label in enumerate(labels)}
    backend = Priced(likes(Relu, Logistic, Add), there, crossing=0.25 * (seed % 4))
    host = FixedHost({label: seconds / 1.1 for label, seconds in here.items()})
    weighing = Weighing(graph, [backend, REFERENCE], host)
    found = sum(_seconds(graph, owners(weighing.best()), there, here, backend.crossing))
    every = itertools.product(("priced", "reference"), repeat=5)
    least = min(sum(_seconds(graph, each, there, here, backend.crossing)) for each in every)
    assert found == pytest.approx(least, abs=1e-6)


def _seconds(
    graph: Graph,
    chosen: Sequence[str],
    there: Mapping[str, float],
    here: Mapping[str, float],
    crossing: float,
) -> Iterator[float]:
    """Of each op and each crossing, written anew."""
    side = dict(zip(graph.ops, chosen, strict=True))
    for op, name in side.items():
        yield there[op.label] if name == "priced" else here[op.label]
    for t in {t for op in graph.ops for t in (*op.inputs, *op.outputs)}:
        writer = side[graph.writer[t]] if t in graph.writer else "reference"
        readers = {side[op] for op in graph.readers.get(t, ())}
        readers |= {"reference"} if t in graph.outputs else set()
        if writer == "reference" and "priced" in readers:
            yield crossing
        if writer == "priced" and "reference" in readers:
            yield crossing


def test_the_defaults_are_by_cost_and_strictly_greedy() -> None:
    assert placing_of(None, None) == Placing("cost", "a76")
    assert placing_of(None, "a55", strict=True) == Placing("greedy", "a55")
    assert placing_of("cost", None, strict=True) == Placing("cost", "a76")
