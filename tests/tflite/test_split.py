# SPDX-License-Identifier: MIT
"""SPLIT and SPLIT_V."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from tests.material.tflite.litert import assert_equals_litert, reference
from tests.material.tflite.write import TensorSpec, constant, draw, single, tensor

Rng = np.random.Generator


def pieces(x: TensorSpec, axis: int, sizes: list[int]) -> list[TensorSpec]:
    """What *x* falls into along *axis*."""
    shapes = [[*x.shape] for _ in sizes]
    for shape, size in zip(shapes, sizes, strict=True):
        shape[axis] = size
    return [TensorSpec(tuple(shape), x.dtype, x.scale, x.zero_point) for shape in shapes]


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32", "int32", "int64"])
@pytest.mark.parametrize("axis", [0, 1, 2, 3, -1, -3])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_split_gives_pieces_of_one_size(rng: Rng, dtype: str, axis: int, count: int) -> None:
    x = tensor((4, 4, 8, 12), dtype)
    results = pieces(x, axis, [x.shape[axis] // count] * count)
    model = single("SPLIT", [constant(axis), x], *results, numSplits=count)
    assert_equals_litert(model, draw(rng, x))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32", "int32", "int64"])
@pytest.mark.parametrize("axis", [0, 1, 2, -1])
@pytest.mark.parametrize("sizes", [[1, 4, 2], [7], [3, 4], [2, -1, 1]], ids=str)
def test_split_v_gives_pieces_of_any_size(
    rng: Rng, dtype: str, axis: int, sizes: list[int]
) -> None:
    x = tensor((7, 7, 7), dtype)
    known = [size if size >= 0 else 7 - 1 - sum(sizes) for size in sizes]
    operands = [x, constant(sizes), constant(axis)]
    model = single("SPLIT_V", operands, *pieces(x, axis, known), numSplits=len(sizes))
    assert_equals_litert(model, draw(rng, x))


def test_a_computed_axis_is_refused_by_name(rng: Rng) -> None:
    axis, x = tensor((), "int32"), tensor((4, 6))
    model = single("SPLIT", [axis, x], *pieces(x, 0, [2, 2]), numSplits=2)
    with pytest.raises(UnsupportedError, match=r"SPLIT.*is computed, not constant"):
        reference(model, [np.array(0, np.int32), draw(rng, x)])
