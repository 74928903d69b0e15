# SPDX-License-Identifier: MIT
"""Tensors, values and files of one operator for tests; without LiteRT they are skipped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from npucore.tensor import Array, Shape

pytest.importorskip("ai_edge_litert", reason="the writer and oracle, LiteRT, is not installed")

from npucore_tflite.writing.file import OperatorSpec, TensorSpec, model

__all__ = [
    "ACTIVATIONS",
    "SAME",
    "VALID",
    "OperatorSpec",
    "TensorSpec",
    "constant",
    "draw",
    "every_byte",
    "every_pair",
    "model",
    "single",
    "tensor",
]

SAME, VALID = 0, 1
ACTIVATIONS = {"none": 0, "relu": 1, "relu_n1_to_1": 2, "relu6": 3}


def tensor(
    shape: Shape, dtype: npt.DTypeLike = np.int8, scale: float = 0.1, zero_point: int = 3
) -> TensorSpec:
    """A tensor, quantized if it holds bytes; *zero_point* is an int8's, uint8 has 128 more."""
    if np.dtype(dtype) not in (np.int8, np.uint8):
        return TensorSpec(shape, dtype)
    offset = 128 if np.dtype(dtype) == np.uint8 else 0
    return TensorSpec(shape, dtype, scale, zero_point + offset)


def constant(
    values: npt.ArrayLike, dtype: npt.DTypeLike = np.int32, **quantization: Any
) -> TensorSpec:
    """A tensor with its data."""
    data = np.asarray(values, dtype)
    return TensorSpec(data.shape, dtype, data=data, **quantization)


def draw(rng: np.random.Generator, tensor: TensorSpec) -> Array:
    """Random values for *tensor*: all bytes, integers to 1000, normally distributed floats."""
    dtype = np.dtype(tensor.dtype)
    if dtype.kind == "f":
        return rng.normal(size=tensor.shape).astype(dtype)
    if dtype == np.bool_:
        return rng.integers(0, 2, tensor.shape).astype(dtype)
    low, high = (np.iinfo(dtype).min, np.iinfo(dtype).max) if dtype.itemsize == 1 else (-1000, 1000)
    return rng.integers(low, high + 1, tensor.shape).astype(dtype)


def every_byte(dtype: npt.DTypeLike) -> Array:
    """All 256 values of an 8-bit dtype, as a map of 16 x 16 pixels: (1, 16, 16, 1)."""
    return np.arange(256, dtype=np.uint8).view(dtype).reshape(1, 16, 16, 1)


def every_pair(dtype: npt.DTypeLike) -> tuple[Array, Array]:
    """All pairs of values of an 8-bit dtype: (256, 256) each."""
    values = np.arange(256, dtype=np.uint8).view(dtype)
    first, second = np.meshgrid(values, values, indexing="ij")
    return first, second


def single(
    name: str, operands: Sequence[TensorSpec | None], *results: TensorSpec, **options: Any
) -> bytes:
    """A file with one operator; operands without data are the inputs, in order."""
    inputs = [t for t in dict.fromkeys(operands) if t is not None and t.data is None]
    return model([OperatorSpec(name, operands, results, options)], inputs, results)
