# SPDX-License-Identifier: MIT
"""Written files are read again as they were."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from npucore.conformance.case import Case
from npucore.conformance.cases import every_case
from npucore.conformance.error import difference
from npucore.conformance.judge import reference
from npucore.conformance.maker import Maker
from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import Add, Convolution, Foreign, Relu, Transpose
from npucore.quantize import Rounding
from npucore.tensor import Tensor
from npucore_onnx import parse
from npucore_onnx.writing.graph import refuse, write
from npucore_onnx.writing.ops import forms

onnx: Any = pytest.importorskip("onnx", reason="the package onnx is not installed")

FLOAT = np.dtype(np.float32)
IN_FLOATS = ("mul", "pooling", "prelu", "relu", "resize_bilinear", "subtract")
"""Ops of bytes that ONNX computes between DequantizeLinear and QuantizeLinear: 1 LSB."""


def written() -> Iterator[Case]:
    """One case for each op and dtype that ONNX has a form of."""
    for case in every_case():
        if case.essential and case.op in forms():
            yield case


@pytest.mark.parametrize("case", [*written()], ids=lambda case: case.id)
def test_every_answer_is_the_same(case: Case) -> None:
    problem = case.build()
    if any(refuse(op) for op in problem.graph.ops):
        pytest.skip("ONNX has no form of it")
    data = write(problem.graph)
    onnx.checker.check_model(onnx.load_from_string(data))
    want = reference(problem.graph, problem.inputs, Rounding.EXACT)
    got = reference(parse(data), problem.inputs, Rounding.EXACT)
    assert difference(got, want).within(case.op in IN_FLOATS)


def operators(graph: Graph) -> list[str]:
    return [node.op_type for node in onnx.load_from_string(write(graph)).graph.node]


def test_maps_stay_turned_from_one_convolution_to_the_next() -> None:
    m = Maker("turned")
    x = m.input((1, 6, 6, 4), "float32")
    a, b, c = (m.tensor((1, 6, 6, 4), "float32", name=name) for name in "abc")
    weights = m.weights((4, 1, 1, 4), "float32")
    first = Convolution(input=x, weights=weights, output=a)
    second = Convolution(input=a, weights=weights, output=b)
    graph = m.problem(first, second, Add(a=a, b=b, output=c)).graph
    assert operators(graph) == ["Transpose", "Conv", "Conv", "Add", "Transpose"]


def test_a_picture_with_its_channels_in_front_is_not_turned() -> None:
    m = Maker("front")
    x = m.input((1, 3, 6, 6), "float32")
    turned, y = (m.tensor((1, 6, 6, n), "float32", name=f"t{n}") for n in (3, 4))
    back = m.tensor((1, 4, 6, 6), "float32")
    graph = m.problem(
        Transpose(input=x, output=turned, permutation=(0, 2, 3, 1)),
        Convolution(input=turned, weights=m.weights((4, 1, 1, 3), "float32"), output=y),
        Transpose(input=y, output=back, permutation=(0, 3, 1, 2)),
    ).graph
    assert operators(graph) == ["Conv"]


def test_an_output_that_is_an_input_is_copied() -> None:
    x, y = (Tensor(name, (2,), FLOAT) for name in "xy")
    graph = Graph((Relu(input=x, output=y),), (x,), (y, x, y), Rounding.EXACT)
    values = [np.array([-1, 1], np.float32)]
    assert [o.tolist() for o in reference(parse(write(graph)), values, Rounding.EXACT)] == [
        [0, 1], [-1, 1], [0, 1],
    ]  # fmt: skip


def test_an_op_without_a_form_is_named() -> None:
    x, y = (Tensor(name, (2,), FLOAT) for name in "xy")
    op = Foreign(operands=(x,), results=(y,), operator="MAGIC", reason="unknown")
    with pytest.raises(UnsupportedError, match="foreign -> y: no operator of ONNX is written"):
        write(Graph((op,), (x,), (y,), Rounding.EXACT))
