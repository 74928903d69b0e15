# SPDX-License-Identifier: MIT
from __future__ import annotations

import numpy as np

from npucore.contract.placement import Placement
from npucore.graph import Graph
from npucore.ops import Relu, Softmax
from npucore.running.causes import causes
from npucore.running.host import Host
from npucore.tensor import Tensor

F32 = np.dtype(np.float32)


def network(sizes: tuple[int, ...]) -> Graph:
    """A softmax of each size, named after it, then a relu."""
    pairs = [(Tensor(f"in{n}", (1, n), F32), Tensor(f"out{n}", (1, n), F32)) for n in sizes]
    ops = [Softmax(input=a, output=b) for a, b in pairs]
    last = Tensor("last", (1, sizes[-1]), F32)
    every = (*ops, Relu(input=pairs[-1][1], output=last))
    return Graph(every, tuple(a for a, _ in pairs), (*(b for _, b in pairs), last))


def placed(index: int, op: str, reason: str | None, macs: int | None = None) -> Placement:
    backend = "npu" if reason is None else "reference"
    return Placement(index, op, f"o{index}", backend, reason, None, None, macs)


def test_reasons_that_differ_in_numbers_and_names_are_one() -> None:
    graph = network((10, 5000))
    placements = [
        placed(0, "softmax", "npu: out10 of 10 is too long"),
        placed(1, "softmax", "npu: out5000 of 5000 is too long", macs=7),
        placed(2, "relu", "npu: no relu"),
    ]
    first, second = causes(placements, ["npu"], graph, Host())
    assert first.reason == "npu: a tensor of 5000 is too long"
    assert (first.ops, first.alike, first.macs, first.kinds) == ((0, 1), True, 7, ("softmax",))
    assert (second.reason, second.alike) == ("npu: no relu", False)


def test_the_most_expensive_stands_first_however_few_its_ops() -> None:
    graph = network((2, 3, 100_000))
    host = Host()
    placements = [
        placed(0, "softmax", "npu: small"),
        placed(1, "softmax", "npu: small"),
        placed(2, "softmax", "npu: large"),
        placed(3, "relu", None),
    ]
    found = causes(placements, ["npu"], graph, host)
    assert [cause.reason for cause in found] == ["npu: large", "npu: small"]
    assert found[0].seconds == host.seconds(graph.ops[2])


def test_without_a_graph_multiply_accumulates_decide() -> None:
    placements = [placed(0, "add", "npu: a"), placed(1, "convolution", "npu: b", macs=9)]
    found = causes(placements, ["npu"], None, Host())
    assert [(cause.reason, cause.seconds) for cause in found] == [
        ("npu: b", None),
        ("npu: a", None),
    ]


def test_a_name_inside_of_a_word_stays() -> None:
    graph = network((4,))
    (cause,) = causes([placed(0, "softmax", "npu: in4x4 and in4")], ["npu"], graph, Host())
    assert cause.reason == "npu: in4x4 and a tensor"
