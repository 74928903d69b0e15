# SPDX-License-Identifier: MIT
"""Operands that LiteRT repeats implicitly."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import InvalidModelError
from npucore_tflite import parse
from tests.material.tflite.litert import assert_equals_litert
from tests.material.tflite.write import draw, single, tensor

Rng = np.random.Generator


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32"])
@pytest.mark.parametrize("operator", ["ADD", "SUB", "MUL"])
@pytest.mark.parametrize("shape", [(), (1,), (5,), (4, 1), (3, 1, 1), (2, 1, 4, 1)], ids=str)
@pytest.mark.parametrize("first", [True, False], ids=["first", "second"])
def test_either_operand_is_repeated(
    rng: Rng, dtype: str, operator: str, shape: tuple[int, ...], first: bool
) -> None:
    large, small = tensor((2, 3, 4, 5), dtype), tensor(shape, dtype, 0.07, -3)
    operands = [small, large] if first else [large, small]
    model = single(operator, operands, tensor((2, 3, 4, 5), dtype, 0.35))
    assert_equals_litert(model, *(draw(rng, operand) for operand in operands), distinct=14)


def test_the_graph_says_that_an_operand_is_repeated() -> None:
    model = single("ADD", [tensor((2, 5)), tensor((5,))], tensor((2, 5)))
    assert [op.name for op in parse(model).ops] == ["broadcast", "add"]


def test_a_shape_that_does_not_fit_is_an_invalid_model() -> None:
    model = single("ADD", [tensor((2, 5)), tensor((3,))], tensor((2, 5)))
    with pytest.raises(
        InvalidModelError, match=r"operands of shapes \(2, 5\), \(3,\) do not broadcast"
    ):
        parse(model)
