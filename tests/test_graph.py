# SPDX-License-Identifier: MIT
from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from npucore.errors import InvalidModelError
from npucore.graph import Graph, State
from npucore.ops import Add, Relu, Split
from npucore.quantize import Rounding
from npucore.tensor import Tensor
from tests.material.running.graphs import chain, diamond, tensor


def test_an_op_that_reads_what_nobody_has_written_is_invalid() -> None:
    x, missing, y = map(tensor, ["x", "missing", "y"])
    with pytest.raises(InvalidModelError, match="add -> y reads missing before anything"):
        Graph((Add(a=x, b=missing, output=y),), (x,), (y,))


def test_ops_in_the_wrong_order_are_invalid() -> None:
    x, y, z = map(tensor, "xyz")
    ops = (Relu(input=y, output=z), Relu(input=x, output=y))
    with pytest.raises(InvalidModelError, match="relu -> z reads y before anything"):
        Graph(ops, (x,), (z,))


def test_an_op_that_reads_its_own_result_is_invalid() -> None:
    x, y = map(tensor, "xy")
    with pytest.raises(InvalidModelError, match="reads y before anything"):
        Graph((Add(a=x, b=y, output=y),), (x,), (y,))


def test_a_tensor_written_twice_is_invalid() -> None:
    x, y = map(tensor, "xy")
    with pytest.raises(InvalidModelError, match="relu -> y: y is taken"):
        Graph((Relu(input=x, output=y), Relu(input=x, output=y)), (x,), (y,))


def test_an_input_that_is_written_is_invalid() -> None:
    x, y = map(tensor, "xy")
    with pytest.raises(InvalidModelError, match="relu -> y: y is taken"):
        Graph((Relu(input=x, output=y),), (x, y), (y,))


def test_a_constant_that_is_written_is_invalid() -> None:
    x, y = tensor("x"), Tensor("y", (4,), np.dtype(np.float32), data=np.zeros(4, np.float32))
    with pytest.raises(InvalidModelError, match="relu -> y: y is taken"):
        Graph((Relu(input=x, output=y),), (x,), (y,))


def test_the_same_result_twice_in_one_op_is_invalid() -> None:
    x, half = tensor("x"), Tensor("half", (2,), np.dtype(np.float32))
    split = Split(input=x, results=(half, half), axis=0, sizes=(2, 2))
    with pytest.raises(InvalidModelError, match="split -> half: half is taken"):
        Graph((split,), (x,), (half,))


def test_an_output_that_nobody_has_written_is_invalid() -> None:
    x, y = map(tensor, "xy")
    with pytest.raises(InvalidModelError, match="the graph returns y before anything"):
        Graph((), (x,), (y,))


def test_inputs_and_constants_may_be_returned() -> None:
    x, c = tensor("x"), Tensor("c", (4,), np.dtype(np.float32), data=np.zeros(4, np.float32))
    assert Graph((), (x,), (x, c)).outputs == (x, c)


def test_another_rounding_leaves_the_rest() -> None:
    graph = chain(Relu, Relu)
    other = graph.with_rounding(Rounding.EXACT)
    assert (other.rounding, other.ops, other.name) == (Rounding.EXACT, graph.ops, graph.name)
    assert graph.rounding is Rounding.TFLITE


def test_a_subgraph_takes_in_and_gives_out_what_crosses_its_border() -> None:
    graph = diamond()
    part = graph.subgraph(graph.ops[2:4])
    assert [t.name for t in part.inputs] == ["a", "b"]
    assert [t.name for t in part.outputs] == ["c", "d"]


def test_a_subgraph_keeps_what_only_it_reads_to_itself() -> None:
    graph = chain(Relu, Relu, Relu)
    part = graph.subgraph(graph.ops[:2])
    assert [t.name for t in part.outputs] == ["x2"]


def test_a_subgraph_gives_out_the_graph_s_own_outputs() -> None:
    x, y, z = map(tensor, "xyz")
    graph = Graph((Relu(input=x, output=y), Relu(input=y, output=z)), (x,), (y, z))
    assert graph.subgraph(graph.ops).outputs == (y, z)


def test_a_subgraph_reads_a_shared_input_once() -> None:
    graph = diamond()
    assert [t.name for t in graph.subgraph(graph.ops[:2]).inputs] == ["x"]


def kept(before: Tensor, after: Tensor, first: object) -> State:
    return State(before, after, np.asarray(first))


def test_a_state_has_one_shape_and_one_dtype() -> None:
    x, y = (Tensor(name, (2, 3), np.dtype(np.float32)) for name in "xy")
    longer, whole = Tensor("z", (2, 4), x.dtype), Tensor("i", (2, 3), np.dtype(np.int32))
    assert kept(x, y, np.zeros((2, 3), np.float32)).after is y
    sentence = r"x keeps \(\(2, 3\), dtype\('float32'\)\), but the next is"
    for after, first in (
        (longer, np.zeros((2, 3), np.float32)),
        (whole, np.zeros((2, 3), np.float32)),
        (y, np.zeros((2, 2), np.float32)),
        (y, np.zeros((3, 3), np.float32)),
        (y, np.zeros((2, 3), np.float64)),
    ):
        with pytest.raises(InvalidModelError, match=sentence):
            kept(x, after, first)


def test_a_state_that_nobody_computes_is_invalid() -> None:
    graph = chain()
    lost = Tensor("lost", graph.inputs[0].shape, graph.inputs[0].dtype)
    first = np.zeros(lost.shape, lost.dtype)
    state = kept(Tensor("before", lost.shape, lost.dtype), lost, first)
    with pytest.raises(InvalidModelError, match="the graph keeps lost before anything"):
        dataclasses.replace(graph, states=(state,))


def test_a_subgraph_gives_out_what_the_graph_keeps() -> None:
    graph = chain(Relu, Relu, Relu)
    middle = graph.ops[1].outputs[0]
    before = Tensor("before", middle.shape, middle.dtype)
    state = kept(before, middle, np.zeros(middle.shape, middle.dtype))
    keeping = dataclasses.replace(graph, states=(state,))
    assert middle in keeping.subgraph(graph.ops[1:]).outputs
    assert middle not in graph.subgraph(graph.ops[1:]).outputs


def test_readers_and_writers_are_known() -> None:
    x, y, z = map(tensor, "xyz")
    twice, once = Add(a=x, b=x, output=y), Relu(input=x, output=z)
    graph = Graph((twice, once), (x,), (y, z))
    assert list(graph.readers[x]) == [twice, once]
    assert y not in graph.readers
    assert graph.writer == {y: twice, z: once}
