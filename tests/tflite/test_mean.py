# SPDX-License-Identifier: MIT
"""MEAN."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from tests.material.tflite.litert import assert_equals_litert, reference
from tests.material.tflite.write import TensorSpec, constant, draw, single, tensor

Rng = np.random.Generator

QUANTIZATIONS = {  # scale and zero point of the input, of the output
    "same": ((0.1, 3), (0.1, 3)),
    "different": ((0.02, -5), (0.015, 9)),
    "multiplier-half": ((0.25, 0), (0.5, 0)),
    "multiplier-one": ((0.25, 3), (0.25, -3)),
    "multiplier-above-one": ((9.0, 0), (5.3, 0)),
    "multiplier-small": ((0.1, -128), (0.33, -128)),
    "highest-zero-points": ((0.1, 127), (0.12, 127)),
}


def uneven(rng: Rng, x: TensorSpec) -> np.ndarray:
    """Bytes whose means over a map differ from channel to channel."""
    middle = 128 if x.dtype == "uint8" else 0
    means = middle + rng.integers(-100, 100, (x.shape[0], 1, 1, x.shape[3]))
    return (means + rng.integers(-27, 28, x.shape)).astype(x.dtype)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32"])
@pytest.mark.parametrize("keep", [False, True], ids=["dropped", "kept"])
@pytest.mark.parametrize(
    "axes", [(0,), (1,), (3,), (1, 2), (2, 1), (0, 3), (1, 2, 3), (-1,), (-3, -2)], ids=str
)
def test_any_axes(rng: Rng, dtype: str, keep: bool, axes: tuple[int, ...]) -> None:
    shape, gone = (4, 5, 6, 33), {axis % 4 for axis in axes}
    left = [1 if i in gone else n for i, n in enumerate(shape) if keep or i not in gone]
    x, output = tensor(shape, dtype), tensor(tuple(left), dtype, 0.03, -9)
    model = single("MEAN", [x, constant(axes)], output, keepDims=keep)
    assert_equals_litert(model, draw(rng, x))


@pytest.mark.parametrize("dtype", ["int8", "uint8"])
@pytest.mark.parametrize("quantization", QUANTIZATIONS.values(), ids=QUANTIZATIONS.keys())
@pytest.mark.parametrize("size", [(1, 1), (3, 4), (7, 7), (20, 33)], ids=str)
def test_any_quantization(
    rng: Rng, dtype: str, quantization: tuple[tuple[float, int], ...], size: tuple[int, int]
) -> None:
    x = tensor((3, *size, 65), dtype, *quantization[0])
    output = tensor((3, 65), dtype, *quantization[1])
    assert_equals_litert(single("MEAN", [x, constant([1, 2])], output), uneven(rng, x))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32"])
@pytest.mark.parametrize("channels", [1, 3, 5, 20, 33, 40, 63, 65, 114])
def test_any_number_of_channels(rng: Rng, dtype: str, channels: int) -> None:
    x, output = tensor((3, 4, 5, channels), dtype), tensor((3, channels), dtype, 0.03)
    assert_equals_litert(single("MEAN", [x, constant([1, 2])], output), draw(rng, x))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32"])
def test_an_axis_may_be_a_scalar(rng: Rng, dtype: str) -> None:
    x, output = tensor((4, 33), dtype), tensor((4,), dtype, 0.03)
    assert_equals_litert(single("MEAN", [x, constant(1)], output), draw(rng, x))


def test_computed_axes_are_refused_by_name(rng: Rng) -> None:
    x, axes = tensor((4, 5), "float32"), tensor((1,), "int32")
    model = single("MEAN", [x, axes], tensor((4,), "float32"))
    with pytest.raises(UnsupportedError, match=r"MEAN.*is computed, not constant"):
        reference(model, [draw(rng, x), np.array([1], np.int32)])


def test_int32_is_refused_by_name(rng: Rng) -> None:
    x = tensor((4, 5), "int32")
    model = single("MEAN", [x, constant([1])], tensor((4,), "int32"))
    with pytest.raises(UnsupportedError, match="mean of int32"):
        reference(model, [draw(rng, x)])
