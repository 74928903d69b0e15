# SPDX-License-Identifier: MIT
"""MAXIMUM."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from tests.material.tflite.litert import assert_equals_litert, reference
from tests.material.tflite.write import constant, draw, every_pair, single, tensor

Rng = np.random.Generator
BOUNDS = {"int8": -60, "uint8": 60, "float32": -1}  # what leaves values of both


@pytest.mark.parametrize("dtype", ["int8", "uint8"])
@pytest.mark.parametrize("zero_point", [-128, 3, 127])
def test_every_pair_of_bytes_equals_litert(dtype: str, zero_point: int) -> None:
    a, b, output = (tensor((256, 256), dtype, 0.1, zero_point) for _ in range(3))
    assert_equals_litert(single("MAXIMUM", [a, b], output), *every_pair(dtype))


@pytest.mark.parametrize("dtype", ["float32", "int32", "int64"])
def test_plain_numbers_equal_litert(rng: Rng, dtype: str) -> None:
    a, b, output = (tensor((3, 40), dtype) for _ in range(3))
    assert_equals_litert(single("MAXIMUM", [a, b], output), draw(rng, a), draw(rng, b))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32"])
@pytest.mark.parametrize("computed", [True, False], ids=["computed", "constant"])
@pytest.mark.parametrize("shape", [(5,), (1, 3, 1, 5), ()], ids=["channels", "middle", "scalar"])
def test_the_smaller_operand_is_broadcast(
    rng: Rng, dtype: str, computed: bool, shape: tuple[int, ...]
) -> None:
    a, b, output = tensor((2, 3, 4, 5), dtype), tensor(shape, dtype), tensor((2, 3, 4, 5), dtype)
    x, y = draw(rng, a), np.minimum(draw(rng, b), np.array(BOUNDS[dtype], dtype))
    if computed:
        assert_equals_litert(single("MAXIMUM", [a, b], output), x, y)
    else:
        fixed = constant(y, dtype, scale=b.scale, zero_point=b.zero_point)
        assert_equals_litert(single("MAXIMUM", [a, fixed], output), x)


@pytest.mark.parametrize("other", [(0.2, 3), (0.1, 4)], ids=["scale", "zero-point"])
def test_operands_of_different_quantization_are_refused_by_name(
    rng: Rng, other: tuple[float, int]
) -> None:
    a, b = tensor((3, 4)), tensor((3, 4), "int8", *other)
    model = single("MAXIMUM", [a, b], tensor((3, 4)))
    with pytest.raises(UnsupportedError, match=r"maximum .*differ in quantization"):
        reference(model, [draw(rng, a), draw(rng, b)])
