# SPDX-License-Identifier: MIT
"""PACK."""

from __future__ import annotations

import numpy as np
import pytest

from tests.material.tflite.litert import assert_equals_litert
from tests.material.tflite.write import constant, draw, single, tensor

Rng = np.random.Generator


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32", "int32", "int64"])
@pytest.mark.parametrize("axis", [0, 1, 2, 3, -1, -2, -4])
def test_any_axis(rng: Rng, dtype: str, axis: int) -> None:
    operands = [tensor((2, 4, 5), dtype) for _ in range(3)]
    shape = [2, 4, 5]
    shape.insert(axis % 4, 3)
    options = {"valuesCount": 3, "axis": axis}
    model = single("PACK", operands, tensor(tuple(shape), dtype), **options)
    assert_equals_litert(model, *(draw(rng, operand) for operand in operands))


def test_constants_stand_beside_computed_operands(rng: Rng) -> None:
    x = tensor((60,), "int32")
    operands = [constant(draw(rng, x)), x]
    model = single("PACK", operands, tensor((2, 60), "int32"), valuesCount=2, axis=0)
    assert_equals_litert(model, draw(rng, x))
