# SPDX-License-Identifier: MIT
"""GATHER_ND."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import InputError, UnsupportedError
from tests.material.tflite.litert import assert_equals_litert, reference
from tests.material.tflite.write import constant, draw, single, tensor

Rng = np.random.Generator


def places(rng: Rng, limits: tuple[int, ...], shape: tuple[int, ...]) -> np.ndarray:
    """Random indices, (*shape, K)."""
    return np.stack([rng.integers(0, limit, shape) for limit in limits], -1).astype(np.int32)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32", "int32", "int64"])
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_any_depth_of_indices(rng: Rng, dtype: str, depth: int) -> None:
    x, indices = tensor((4, 5, 6, 7), dtype), tensor((50, depth), "int32")
    model = single("GATHER_ND", [x, indices], tensor((50, *x.shape[depth:]), dtype))
    assert_equals_litert(model, draw(rng, x), places(rng, x.shape[:depth], (50,)))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32", "int32", "int64"])
def test_constant_indices_of_several_axes(rng: Rng, dtype: str) -> None:
    x, indices = tensor((4, 5, 33), dtype), constant(places(rng, (4, 5), (3, 2)))
    assert_equals_litert(single("GATHER_ND", [x, indices], tensor((3, 2, 33), dtype)), draw(rng, x))


@pytest.mark.parametrize("index", [-1, 4])
def test_an_index_outside_is_refused(rng: Rng, index: int) -> None:
    x, indices = tensor((4, 5)), tensor((1, 1), "int32")
    model = single("GATHER_ND", [x, indices], tensor((1, 5)))
    with pytest.raises(InputError, match=r"gather_nd .*an index outside"):
        reference(model, [draw(rng, x), np.array([[index]], np.int32)])


def test_indices_of_bytes_are_refused_by_name(rng: Rng) -> None:
    x, indices = tensor((4, 5)), tensor((1, 1), "uint8")
    model = single("GATHER_ND", [x, indices], tensor((1, 5)))
    with pytest.raises(UnsupportedError, match=r"gather_nd .*indices of uint8"):
        reference(model, [draw(rng, x), np.zeros((1, 1), np.uint8)])
