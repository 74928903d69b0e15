# SPDX-License-Identifier: MIT
"""CONCATENATION."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from tests.material.tflite.litert import assert_equals_litert, litert, reference
from tests.material.tflite.write import constant, draw, single, tensor

Rng = np.random.Generator


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32", "int32", "int64"])
@pytest.mark.parametrize("axis", [0, 1, 2, 3, -1])
def test_any_axis(rng: Rng, dtype: str, axis: int) -> None:
    shapes = [[2, 3, 4, 5] for _ in range(3)]
    for count, shape in enumerate(shapes, 1):
        shape[axis] = count
    operands = [tensor(tuple(shape), dtype) for shape in shapes]
    whole = [2, 3, 4, 5]
    whole[axis] = 6
    model = single("CONCATENATION", operands, tensor(tuple(whole), dtype), axis=axis)
    assert_equals_litert(model, *(draw(rng, operand) for operand in operands))


@pytest.mark.parametrize("scale", [0.003, 0.05, 0.09, 0.1, 0.11, 0.2, 5.0])
@pytest.mark.parametrize("zero_point", [-128, -3, 3, 127])
def test_operands_of_uint8_are_brought_to_the_output_s_scale(
    rng: Rng, scale: float, zero_point: int
) -> None:
    same, other = tensor((8, 33), "uint8"), tensor((8, 40), "uint8", scale, zero_point)
    model = single("CONCATENATION", [same, other], tensor((8, 73), "uint8"), axis=1)
    assert_equals_litert(model, draw(rng, same), draw(rng, other))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32"])
def test_constants_stand_beside_computed_operands(rng: Rng, dtype: str) -> None:
    x = tensor((3, 33), dtype)
    fixed = constant(draw(rng, x), dtype, scale=x.scale, zero_point=x.zero_point)
    model = single("CONCATENATION", [fixed, x], tensor((6, 33), dtype), axis=0)
    assert_equals_litert(model, draw(rng, x))


def test_litert_has_no_rule_for_int8_operands_of_other_scales(rng: Rng) -> None:
    operands = [tensor((3, 4)), tensor((3, 4), "int8", 0.2)]
    model = single("CONCATENATION", operands, tensor((6, 4)), axis=0)
    with pytest.raises(RuntimeError, match=r"params\.scale"):
        litert(model, [draw(rng, operand) for operand in operands])


def test_a_fused_activation_is_refused_by_name(rng: Rng) -> None:
    x = tensor((3, 4))
    options = {"axis": 0, "fusedActivationFunction": 1}
    model = single("CONCATENATION", [x, x], tensor((6, 4)), **options)
    with pytest.raises(RuntimeError, match="activation"):
        litert(model, [draw(rng, x)])
    with pytest.raises(UnsupportedError, match=r"concatenation .*a fused relu"):
        reference(model, [draw(rng, x)])
