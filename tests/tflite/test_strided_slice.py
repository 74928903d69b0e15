# SPDX-License-Identifier: MIT
"""STRIDED_SLICE and SLICE."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from npucore.errors import InvalidModelError
from tests.material.tflite.litert import assert_equals_litert, reference
from tests.material.tflite.write import constant, draw, single, tensor

Rng = np.random.Generator

SHAPE = (4, 6, 8, 10)
CASES: dict[str, tuple[dict[str, Any], tuple[int, ...]]] = {  # a slice of SHAPE, and its shape
    "plain": ({"begin": [1, 0, 2, 3], "end": [3, 6, 7, 9]}, (2, 6, 5, 6)),
    "strided": (
        {"begin": [0, 0, 1, 0], "end": [4, 6, 8, 10], "stride": [1, 2, 3, 4]},
        (4, 3, 3, 3),
    ),
    "negative-indices": ({"begin": [-3, -6, -8, 0], "end": [-1, -1, 8, -2]}, (2, 5, 8, 8)),
    "negative-stride": (
        {"begin": [3, 5, 7, 9], "end": [0, 0, 1, -11], "stride": [-1, -2, -3, -4]},
        (3, 3, 2, 3),
    ),
    "beyond-the-end": ({"begin": [-9, 2, 0, 0], "end": [99, 99, 3, 10]}, (4, 4, 3, 10)),
    "begin-mask": ({"begin": [3, 3, 3, 3], "end": [4, 4, 4, 4], "begin_mask": 5}, (4, 1, 4, 1)),
    "end-mask": ({"begin": [1, 1, 1, 1], "end": [2, 2, 2, 2], "end_mask": 10}, (1, 5, 1, 9)),
    "masks-backwards": (
        {"begin": [0, 0, 0, 0], "end": [0, 0, 0, 0], "stride": [-1, -2, -3, -1]}
        | {"begin_mask": 15, "end_mask": 15},
        (4, 3, 3, 10),
    ),
    "shrink": ({"begin": [1, 0, 2, 0], "end": [2, 6, 3, 10], "shrink_mask": 5}, (6, 10)),
    "shrink-negative": ({"begin": [-1, 0, -8, 0], "end": [0, 6, 0, 10], "shrink_mask": 5}, (6, 10)),
    "shrink-with-masks": (
        {"begin": [2, 0, 5, 0], "end": [3, 6, 6, 10], "shrink_mask": 5}
        | {"begin_mask": 5, "end_mask": 5},
        (6, 10),
    ),
    "fewer-axes": ({"begin": [1, 2], "end": [3, 6]}, (2, 4, 8, 10)),
    "empty": ({"begin": [0, 3, 0, 0], "end": [4, 3, 8, 10]}, (4, 0, 8, 10)),
}


def strided(
    dtype: str,
    shape: tuple[int, ...],
    *,
    begin: list[int],
    end: list[int],
    stride: list[int] | None = None,
    **masks: int,
) -> bytes:
    """A slice of SHAPE."""
    operands = [constant(begin), constant(end), constant(stride or [1] * len(begin))]
    options = {
        "beginMask": masks.get("begin_mask", 0),
        "endMask": masks.get("end_mask", 0),
        "shrinkAxisMask": masks.get("shrink_mask", 0),
        "ellipsisMask": masks.get("ellipsis_mask", 0),
        "newAxisMask": masks.get("new_axis_mask", 0),
    }
    x, output = tensor(SHAPE, dtype), tensor(shape, dtype)
    return single("STRIDED_SLICE", [x, *operands], output, **options)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32", "int32", "int64"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_places_are_those_of_litert(
    rng: Rng, dtype: str, case: tuple[dict[str, Any], tuple[int, ...]]
) -> None:
    model = strided(dtype, case[1], **case[0])
    assert_equals_litert(model, draw(rng, tensor(SHAPE, dtype)), distinct=25)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32", "int32", "int64"])
@pytest.mark.parametrize(
    ("begin", "size"),
    [([0, 1, 2, 3], [2, 5, -1, 1]), ([3, 0, 0, 0], [1, 6, 8, 10]), ([0] * 4, [-1] * 4)],
    ids=["rest", "one", "all"],
)
def test_slice_takes_sizes(rng: Rng, dtype: str, begin: list[int], size: list[int]) -> None:
    shape = [n - b if s == -1 else s for n, b, s in zip(SHAPE, begin, size, strict=True)]
    x, output = tensor(SHAPE, dtype), tensor(tuple(shape), dtype)
    model = single("SLICE", [x, constant(begin), constant(size)], output)
    assert_equals_litert(model, draw(rng, x))


def test_a_stride_of_0_is_an_invalid_model(rng: Rng) -> None:
    model = strided("int8", SHAPE, begin=[0] * 4, end=[*SHAPE], stride=[1, 0, 1, 1])
    with pytest.raises(InvalidModelError, match=r"STRIDED_SLICE.*stride 0 along axis 1"):
        reference(model, [draw(rng, tensor(SHAPE))])


def test_an_axis_of_nothing_cannot_be_dropped(rng: Rng) -> None:
    model = strided("int8", SHAPE[1:], begin=[4, 0, 0, 0], end=[5, 6, 8, 10], shrink_mask=1)
    with pytest.raises(InvalidModelError, match="element 4 of an axis of 4"):
        reference(model, [draw(rng, tensor(SHAPE))])


def test_a_slice_beyond_the_end_is_an_invalid_model(rng: Rng) -> None:
    operands = [tensor((4,)), constant([2]), constant([3])]
    with pytest.raises(InvalidModelError, match=r"strided_slice .*elements 2 to 4"):
        reference(single("SLICE", operands, tensor((3,))), [draw(rng, tensor((4,)))])
