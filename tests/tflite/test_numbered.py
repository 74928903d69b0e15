# SPDX-License-Identifier: MIT
"""The numbers of a file lead to the tensors and ops of its graph."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.contract.numbered import NumberedFile, Numbers
from npucore.errors import InvalidModelError, UnsupportedError
from npucore.plugins import load_frontend
from tests.material.litert.models import classifier, two_ways
from tests.material.tflite.write import OperatorSpec, TensorSpec, constant, model, tensor


def looked_into(data: bytes) -> NumberedFile:
    frontend = load_frontend("tflite")()
    assert isinstance(frontend, Numbers)
    return frontend.numbered(data, "model")


def test_every_operator_leads_to_its_ops_and_every_number_to_its_tensor() -> None:
    file = looked_into(classifier())
    (graph,), read = file.graphs, file.read()
    assert [o.name for o in graph.operators] == ["CONV_2D", "CONV_2D", "MEAN", "SOFTMAX"]
    assert [[op.name for op in ops] for ops in read.ops] == [
        *(["convolution"], ["convolution"], ["mean"], ["softmax"])
    ]
    for operator, ops in zip(graph.operators, read.ops, strict=True):
        assert [read.tensors[number] for number in operator.outputs] == list(ops[-1].outputs)
    assert [read.tensors[number] for number in graph.inputs] == list(read.graph.inputs)
    assert [graph.tensors[number].name for number in graph.outputs] == ["scores"]


def test_a_folded_operator_has_no_ops() -> None:
    x, y = tensor((1, 4), np.float32), tensor((2, 2), np.float32)
    two, shape = constant([[1], [1]]), TensorSpec((2,), np.int32)
    operators = [
        OperatorSpec("ADD", [two, two], [doubled := TensorSpec((2, 1), np.int32)]),
        OperatorSpec("RESHAPE", [doubled, constant([2])], [shape]),
        OperatorSpec("RESHAPE", [x, shape], [y]),
    ]
    read = looked_into(model(operators, [x], [y])).read()
    assert [len(ops) for ops in read.ops] == [0, 0, 1]


def test_shapes_are_given_by_number() -> None:
    file = looked_into(classifier(open_batch=True))
    tensors, inputs = file.graphs[0].tensors, file.graphs[0].inputs
    assert (tensors[inputs[0]].shape[0], tensors[inputs[0]].open_shape[0]) == (1, -1)
    assert file.read(shapes={inputs[0]: (3, 16, 16, 3)}).graph.outputs[0].shape == (3, 10)


def test_shapes_of_inputs_that_share_a_name_are_refused() -> None:
    a, b, y = (TensorSpec((1, 4), name="same") for _ in range(3))
    file = looked_into(model([OperatorSpec("ADD", [a, b], [y])], [a, b], [y]))
    assert len(file.read().graph.inputs) == 2
    with pytest.raises(UnsupportedError, match="inputs of one name, 'same'"):
        file.read(shapes={0: (2, 4)})


def test_each_subgraph_is_read_by_its_number() -> None:
    file = looked_into(two_ways())
    assert [[op.name for op in file.read(n).graph.ops] for n in (0, 1)] == [["add"], ["subtract"]]
    assert {s.name: s.graph for s in file.signatures} == {"double": 0, "subtract": 1}


def test_constants_are_told_from_what_is_computed() -> None:
    file = looked_into(classifier())
    numbers = range(len(file.graphs[0].tensors))
    found = {file.graphs[0].tensors[n].name: file.constant(0, n) for n in numbers}
    np.testing.assert_array_equal(found["axes"], [1, 2])
    assert found["image"] is None


def test_a_damaged_file_is_refused() -> None:
    with pytest.raises(InvalidModelError, match=r"^model"):
        looked_into(classifier()[:200])
