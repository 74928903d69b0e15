# SPDX-License-Identifier: MIT
"""RESHAPE, SQUEEZE, EXPAND_DIMS and SHAPE."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import InvalidModelError
from npucore_tflite import parse
from tests.material.tflite.litert import assert_equals_litert
from tests.material.tflite.write import OperatorSpec, constant, draw, model, single, tensor

Rng = np.random.Generator


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32", "int32", "int64"])
@pytest.mark.parametrize("shape", [(120,), (4, 30), (2, 3, 4, 5), (1, 120, 1), (5, 1, 2, 3, 4)])
def test_reshape_keeps_the_order(rng: Rng, dtype: str, shape: tuple[int, ...]) -> None:
    x, wanted = tensor((2, 3, 20), dtype), constant(shape)
    made = single("RESHAPE", [x, wanted], tensor(shape, dtype), newShape=list(shape))
    assert_equals_litert(made, draw(rng, x))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32", "int32", "int64"])
def test_a_size_of_minus_one_is_what_is_left(rng: Rng, dtype: str) -> None:
    x = tensor((2, 3, 20), dtype)
    made = single("RESHAPE", [x, constant([4, -1])], tensor((4, 30), dtype), newShape=[4, -1])
    assert_equals_litert(made, draw(rng, x))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32", "int32", "int64"])
def test_squeeze_drops_axes_of_one(rng: Rng, dtype: str) -> None:
    x = tensor((2, 1, 30, 1), dtype)
    assert_equals_litert(single("SQUEEZE", [x], tensor((2, 30), dtype)), draw(rng, x))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32", "int32", "int64"])
def test_expand_dims_adds_an_axis_of_one(rng: Rng, dtype: str) -> None:
    x = tensor((2, 30), dtype)
    made = single("EXPAND_DIMS", [x, constant(1)], tensor((2, 1, 30), dtype))
    assert_equals_litert(made, draw(rng, x))


@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_a_shape_is_known_when_the_file_is_read(rng: Rng, dtype: str) -> None:
    x, shape = tensor((2, 30)), tensor((2,), dtype)
    made = single("SHAPE", [x], shape, outType=2 if dtype == "int32" else 4)
    assert not parse(made).ops
    assert_equals_litert(made, draw(rng, x))


def test_an_op_that_reads_a_shape_is_told_it(rng: Rng) -> None:
    x, y, shape, output = tensor((2, 30)), tensor((60,)), tensor((2,), "int32"), tensor((2, 30))
    operators = [
        OperatorSpec("SHAPE", [x], [shape], {"outType": 2}),
        OperatorSpec("RESHAPE", [y, shape], [output], {"newShape": [2, 30]}),
    ]
    made = model(operators, [x, y], [output])
    assert_equals_litert(made, draw(rng, x), draw(rng, y))


def test_another_number_of_elements_is_an_invalid_model() -> None:
    made = single("RESHAPE", [tensor((2, 3)), constant([7])], tensor((7,)), newShape=[7])
    with pytest.raises(InvalidModelError, match="has 6 elements"):
        parse(made)
