# SPDX-License-Identifier: MIT
"""BATCH_MATMUL."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from tests.material.tflite.litert import assert_equals_litert, litert, reference
from tests.material.tflite.write import TensorSpec, constant, draw, single, tensor

Rng = np.random.Generator

SHAPES = {
    "matrices": ((9, 20), (20, 33)),
    "one-batch": ((2, 9, 20), (2, 20, 33)),
    "two-batches": ((2, 3, 5, 7), (2, 3, 7, 9)),
    "batches-broadcast": ((2, 1, 5, 7), (1, 3, 7, 9)),
    "shared-matrix": ((2, 9, 20), (20, 33)),
    "row-times-column": ((40, 1, 65), (40, 65, 1)),
    "column-times-row": ((2, 9, 1), (2, 1, 40)),
}
SCALES = {  # scale and zero point of a, of b
    "plain": ((0.02, 0), (0.05, 0)),
    "zero-points": ((0.02, -3), (0.05, 5)),
    "edges": ((0.02, -128), (0.05, 0)),
    "odd": ((0.0137, 20), (0.0731, -9)),
}


def product(
    dtype: str,
    shapes: tuple[tuple[int, ...], tuple[int, ...]],
    scales: tuple[tuple[float, int], ...] = ((0.02, -3), (0.05, 5)),
    adjoint: tuple[bool, bool] = (False, False),
) -> tuple[list[TensorSpec], TensorSpec, dict[str, bool]]:
    """Operands, result and options."""
    batch = np.broadcast_shapes(shapes[0][:-2], shapes[1][:-2])
    operands = []
    for shape, each, turned in zip(shapes, scales, adjoint, strict=True):
        tail = shape[:-3:-1] if turned else shape[-2:]
        operands.append(tensor((*shape[:-2], *tail), dtype, *each))
    scale = scales[0][0] * scales[1][0] * 74 * 74 * shapes[0][-1] ** 0.5 / 50
    output = tensor((*batch, shapes[0][-2], shapes[1][-1]), dtype, scale, -7)
    return operands, output, {"adjX": adjoint[0], "adjY": adjoint[1]}


@pytest.mark.parametrize("dtype", ["int8", "float32"])
@pytest.mark.parametrize("shapes", SHAPES.values(), ids=SHAPES.keys())
@pytest.mark.parametrize("adjoint", [(False, False), (True, False), (False, True), (True, True)])
def test_any_shape(
    rng: Rng,
    dtype: str,
    shapes: tuple[tuple[int, ...], tuple[int, ...]],
    adjoint: tuple[bool, bool],
) -> None:
    operands, output, options = product(dtype, shapes, adjoint=adjoint)
    model = single("BATCH_MATMUL", operands, output, **options)
    assert_equals_litert(model, *(draw(rng, operand) for operand in operands), distinct=25)


@pytest.mark.parametrize("scales", SCALES.values(), ids=SCALES.keys())
@pytest.mark.parametrize("depth", [1, 3, 33, 114, 600])
def test_any_quantization(rng: Rng, scales: tuple[tuple[float, int], ...], depth: int) -> None:
    operands, output, options = product("int8", ((40, depth), (depth, 65)), scales)
    model = single("BATCH_MATMUL", operands, output, **options)
    assert_equals_litert(model, *(draw(rng, operand) for operand in operands))


@pytest.mark.parametrize("dtype", ["int8", "float32"])
@pytest.mark.parametrize("turned", [False, True], ids=["plain", "transposed"])
def test_the_second_operand_may_be_constant(rng: Rng, dtype: str, turned: bool) -> None:
    shapes = ((2, 9, 20), (20, 33))
    (a, b), output, options = product(dtype, shapes, adjoint=(False, turned))
    fixed = constant(draw(rng, b), dtype, scale=b.scale, zero_point=b.zero_point)
    assert_equals_litert(single("BATCH_MATMUL", [a, fixed], output, **options), draw(rng, a))


def test_litert_has_no_kernel_for_uint8(rng: Rng) -> None:
    operands, output, options = product("uint8", ((9, 20), (20, 33)))
    model = single("BATCH_MATMUL", operands, output, **options)
    with pytest.raises(RuntimeError, match="kTfLiteInt16 was not true"):
        litert(model, [draw(rng, operand) for operand in operands])


def test_int16_without_a_scale_is_refused_by_name(rng: Rng) -> None:
    operands = [tensor((3, 4), "int16"), tensor((4, 5), "int16")]
    model = single("BATCH_MATMUL", operands, tensor((3, 5), "int16"))
    with pytest.raises(UnsupportedError, match="t0 has no quantization"):
        reference(model, [draw(rng, operand) for operand in operands])
