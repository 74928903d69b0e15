# SPDX-License-Identifier: MIT
"""PAD and PADV2."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import InvalidModelError, UnsupportedError
from tests.material.tflite.litert import assert_equals_litert, reference
from tests.material.tflite.write import TensorSpec, constant, draw, single, tensor

Rng = np.random.Generator

PADDINGS = {
    "map": [[0, 0], [1, 2], [3, 0], [0, 0]],
    "channels": [[0, 0], [0, 0], [0, 0], [2, 1]],
    "batch": [[1, 0], [0, 0], [0, 0], [0, 0]],
    "all": [[1, 1], [1, 1], [1, 1], [1, 1]],
    "none": [[0, 0], [0, 0], [0, 0], [0, 0]],
}
PADS = pytest.mark.parametrize("pads", PADDINGS.values(), ids=PADDINGS.keys())


def grown(x: TensorSpec, pads: list[list[int]]) -> TensorSpec:
    """The result of adding *pads* to *x*."""
    shape = tuple(n + sum(pad) for n, pad in zip(x.shape, pads, strict=True))
    return TensorSpec(shape, x.dtype, x.scale, x.zero_point)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32", "int32", "int64"])
@PADS
@pytest.mark.parametrize("counts", ["int32", "int64"])
def test_pad_adds_real_0(rng: Rng, dtype: str, pads: list[list[int]], counts: str) -> None:
    x = tensor((2, 4, 5, 3), dtype)
    assert_equals_litert(single("PAD", [x, constant(pads, counts)], grown(x, pads)), draw(rng, x))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32", "int32", "int64"])
@PADS
def test_padv2_adds_the_stored_number(rng: Rng, dtype: str, pads: list[list[int]]) -> None:
    x = tensor((2, 4, 5, 3), dtype)
    value = constant([77], dtype, scale=x.scale, zero_point=x.zero_point)
    model = single("PADV2", [x, constant(pads), value], grown(x, pads))
    assert_equals_litert(model, draw(rng, x))


@pytest.mark.parametrize("zero_point", [-128, 127])
def test_zero_points_at_the_edges(rng: Rng, zero_point: int) -> None:
    x, pads = tensor((2, 4, 5, 3), "int8", 0.1, zero_point), PADDINGS["all"]
    assert_equals_litert(single("PAD", [x, constant(pads)], grown(x, pads)), draw(rng, x))


@pytest.mark.parametrize("rank", [1, 2, 3, 5])
def test_any_rank(rng: Rng, rank: int) -> None:
    x, pads = tensor((4,) * rank), [[1, 2]] * rank
    model = single("PAD", [x, constant(pads)], grown(x, pads))
    assert_equals_litert(model, draw(rng, x))


def test_a_negative_count_is_an_invalid_model(rng: Rng) -> None:
    x = tensor((4,))
    with pytest.raises(InvalidModelError, match=r"PAD.*negative paddings"):
        reference(single("PAD", [x, constant([[-1, 0]])], tensor((3,))), [draw(rng, x)])


def test_computed_counts_are_refused_by_name(rng: Rng) -> None:
    x, counts = tensor((4,)), tensor((1, 2), "int32")
    model = single("PAD", [x, counts], tensor((7,)))
    with pytest.raises(UnsupportedError, match=r"PAD.*is computed, not constant"):
        reference(model, [draw(rng, x), np.array([[1, 2]], np.int32)])


def test_a_computed_value_is_refused_by_name(rng: Rng) -> None:
    x, value = tensor((4,)), tensor((1,))
    model = single("PADV2", [x, constant([[1, 2]]), value], tensor((7,)))
    with pytest.raises(UnsupportedError, match=r"PADV2.*is not one constant"):
        reference(model, [draw(rng, x), draw(rng, value)])
