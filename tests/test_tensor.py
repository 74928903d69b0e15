# SPDX-License-Identifier: MIT
from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import InvalidModelError
from npucore.tensor import Quantization, Tensor

I8, F32 = np.dtype(np.int8), np.dtype(np.float32)


def scales(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def test_a_per_tensor_quantization_has_no_axis() -> None:
    quantization = Quantization.per_tensor(0.5, 3)
    assert (float(quantization.scale), int(quantization.zero_point)) == (0.5, 3)
    assert quantization.axis is None


def test_a_per_channel_quantization_has_zero_points_of_0() -> None:
    quantization = Quantization.per_channel([0.5, 0.25], axis=1)
    assert quantization.zero_point.tolist() == [0, 0]


def test_a_single_channel_is_per_channel_too() -> None:
    assert Quantization.per_channel(0.5, axis=0).scale.shape == (1,)


@pytest.mark.parametrize("scale", [0.0, -0.5, np.inf, np.nan])
def test_a_scale_is_positive_and_finite(scale: float) -> None:
    with pytest.raises(InvalidModelError, match="wanted positive and finite"):
        Quantization.per_tensor(scale)


def test_one_bad_scale_among_good_ones_is_found() -> None:
    with pytest.raises(InvalidModelError, match="wanted positive and finite"):
        Quantization.per_channel([0.5, 0.0], axis=0)


def test_scales_and_zero_points_are_as_many() -> None:
    with pytest.raises(InvalidModelError, match="2 scales, but 1 zero points"):
        Quantization(scales(0.5, 0.25), np.zeros(1, np.int64), 0)


@pytest.mark.parametrize(
    ("scale", "axis"), [(np.float32(0.5).reshape(()), 0), (scales(0.5), None)], ids=["has", "lacks"]
)
def test_only_per_channel_names_an_axis(scale: np.ndarray, axis: int | None) -> None:
    with pytest.raises(InvalidModelError, match="names its axis"):
        Quantization(scale, np.zeros(scale.shape, np.int64), axis)


def test_equal_quantizations_are_the_same() -> None:
    assert Quantization.per_tensor(0.5, 3).same_as(Quantization.per_tensor(0.5, 3))


@pytest.mark.parametrize(
    "other",
    [
        Quantization.per_tensor(0.25, 3),
        Quantization.per_tensor(0.5, 4),
        Quantization.per_channel([0.5], 0),
    ],
    ids=["scale", "zero-point", "axis"],
)
def test_different_quantizations_are_not_the_same(other: Quantization) -> None:
    assert not Quantization.per_tensor(0.5, 3).same_as(other)


def test_two_tensors_are_the_same_only_if_they_are_one_object() -> None:
    assert Tensor("x", (2,), F32) != Tensor("x", (2,), F32)


def test_a_negative_size_is_refused() -> None:
    with pytest.raises(InvalidModelError, match=r"x: shape \(2, -1\) has a negative size"):
        Tensor("x", (2, -1), F32)


@pytest.mark.parametrize("data", [np.zeros(3, np.float32), np.zeros(2, np.int8)], ids=str)
def test_data_is_of_the_declared_shape_and_dtype(data: np.ndarray) -> None:
    with pytest.raises(InvalidModelError, match=r"x: declared float32\(2,\), but its data is"):
        Tensor("x", (2,), F32, data=data)


@pytest.mark.parametrize("axis", [-1, 1, 2], ids=["negative", "other-size", "beyond"])
def test_scales_fit_their_axis(axis: int) -> None:
    with pytest.raises(InvalidModelError, match=rf"3 scales along axis {axis} of shape \(3, 4\)"):
        Tensor("w", (3, 4), I8, Quantization.per_channel([0.5] * 3, axis))


@pytest.mark.parametrize(("dtype", "zero"), [("int8", -129), ("int8", 128), ("uint8", -1)])
def test_a_zero_point_fits_the_dtype(dtype: str, zero: int) -> None:
    with pytest.raises(InvalidModelError, match=f"x: zero point {zero} does not fit {dtype}"):
        Tensor("x", (2,), np.dtype(dtype), Quantization.per_tensor(0.5, zero))


@pytest.mark.parametrize(("dtype", "zero"), [("int8", -128), ("int8", 127), ("uint8", 255)])
def test_a_zero_point_at_the_edge_fits(dtype: str, zero: int) -> None:
    tensor = Tensor("x", (2,), np.dtype(dtype), Quantization.per_tensor(0.5, zero))
    assert tensor.q.zero_point == zero


def test_a_tensor_without_a_quantization_says_so_when_asked() -> None:
    with pytest.raises(InvalidModelError, match="x: int8 without a quantization"):
        _ = Tensor("x", (2,), I8).q


def test_a_tensor_with_data_is_constant() -> None:
    assert Tensor("x", (2,), F32, data=np.zeros(2, np.float32)).is_constant
    assert not Tensor("x", (2,), F32).is_constant


@pytest.mark.parametrize(("shape", "elements"), [((), 1), ((3, 4), 12), ((3, 0), 0)])
def test_elements_and_bytes_are_counted(shape: tuple[int, ...], elements: int) -> None:
    tensor = Tensor("x", shape, F32)
    assert (tensor.elements, tensor.size_bytes) == (elements, 4 * elements)
