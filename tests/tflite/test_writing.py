# SPDX-License-Identifier: MIT
"""Written files are read again as they were."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from npucore.conformance.case import Case
from npucore.conformance.cases import every_case
from npucore.conformance.judge import reference
from npucore.conformance.maker import Maker
from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import Convolution, Erf
from npucore.quantize import Rounding
from npucore.tensor import Tensor
from npucore_tflite import parse
from npucore_tflite.writing.graph import refuse, write
from npucore_tflite.writing.ops import forms


def written() -> Iterator[Case]:
    """One case for each op and dtype that TFLite has a form of."""
    for case in every_case():
        if case.essential and case.op in forms():
            yield case


@pytest.mark.parametrize("case", [*written()], ids=lambda case: case.id)
def test_every_answer_is_the_same_byte_for_byte(case: Case) -> None:
    problem = case.build()
    if any(refuse(op) for op in problem.graph.ops):
        pytest.skip("TFLite has no form of it")
    again = parse(write(problem.graph))
    for rule in Rounding:
        want = reference(problem.graph, problem.inputs, rule)
        got = reference(again, problem.inputs, rule)
        assert [x.tobytes() for x in got] == [x.tobytes() for x in want]


def test_names_shapes_and_quantization_stay() -> None:
    graph = next(case for case in every_case() if case.op == "convolution").build().graph
    again = parse(write(graph))
    for old, new in zip(
        (*graph.inputs, *graph.outputs), (*again.inputs, *again.outputs), strict=True
    ):
        assert (new.name, new.shape, new.dtype) == (old.name, old.shape, old.dtype)
        assert new.q.same_as(old.q)


def test_constants_lie_at_multiples_of_16() -> None:
    m = Maker("aligned")
    x = m.input((1, 5, 5, 7))
    weights, y = m.weights((3, 1, 1, 7)), m.tensor((1, 5, 5, 3))
    data = write(m.problem(Convolution(input=x, weights=weights, output=y)).graph)
    assert weights.data is not None
    assert data.index(weights.data.tobytes()) % 16 == 0


def test_an_op_without_a_form_is_named() -> None:
    x, y = (Tensor(name, (2,), np.dtype(np.float32)) for name in "xy")
    with pytest.raises(UnsupportedError, match="erf -> y: TFLite has no operator for erf"):
        write(Graph((Erf(input=x, output=y),), (x,), (y,)))
