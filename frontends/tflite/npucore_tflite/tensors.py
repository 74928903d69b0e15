# SPDX-License-Identifier: MIT
"""Records of tensors -> `npucore.tensor.Tensor`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import tflite

from npucore.errors import InvalidModelError, UnsupportedError
from npucore.files.budget import Budget
from npucore.tensor import Array, Quantization, Shape, Tensor
from npucore_tflite.records import TensorRecord
from npucore_tflite.sparsity import densify

DTYPES = {
    tflite.TensorType.FLOAT32: np.float32,
    tflite.TensorType.FLOAT16: np.float16,
    tflite.TensorType.INT32: np.int32,
    tflite.TensorType.UINT8: np.uint8,
    tflite.TensorType.INT64: np.int64,
    tflite.TensorType.BOOL: np.bool_,
    tflite.TensorType.INT16: np.int16,
    tflite.TensorType.INT8: np.int8,
    tflite.TensorType.FLOAT64: np.float64,
    tflite.TensorType.UINT32: np.uint32,
    tflite.TensorType.UINT16: np.uint16,
    tflite.TensorType.UINT64: np.uint64,
    tflite.TensorType.INT4: np.int8,
    tflite.TensorType.COMPLEX64: np.complex64,
}
TYPE_NAMES = {n: name for name, n in vars(tflite.TensorType).items() if isinstance(n, int)}

PRUNED = np.float32(2.0**-100)  # in the place of a channel's scale of 0: real numbers stay 0
LARGEST_RANK = 8
LARGEST_BYTES = 1 << 28  # a damaged size must not become an allocation of gigabytes


def build_tensor(
    record: TensorRecord, index: int, budget: Budget, *, declared: bool = False
) -> Tensor:
    """A tensor with its quantization and, if it is constant, its data.

    Sparse data count on *budget* when they become dense. *declared* is a result that is still to be
    computed: its shape is not trusted.

    Raises `UnsupportedError` for dtypes without a counterpart.
    """
    where = f"tensor {index} ({record.name})"
    if record.type not in DTYPES:
        raise UnsupportedError(f"{where} is of type {TYPE_NAMES.get(record.type, record.type)}")
    dtype = np.dtype(DTYPES[record.type])
    name = record.name or f"tensor_{index}"
    if declared:
        return _declared(record, name, dtype)
    check_size(record.shape, dtype, where)
    try:
        data = None if record.data is None else _array(_bytes(record), record, dtype, budget)
        return Tensor(name, record.shape, dtype, _quantization(record), data)
    except InvalidModelError as error:
        raise InvalidModelError(f"{where}: {error}") from None


def _declared(record: TensorRecord, name: str, dtype: np.dtype[Any]) -> Tensor:
    """A shape that the file leaves open counts as none at all."""
    shape = record.shape
    sound = len(shape) <= LARGEST_RANK and min(shape, default=0) >= 0
    if (quantization := _quantization(record)) is not None and quantization.axis is not None:
        fits = sound and quantization.axis < len(shape)
        sound = fits and shape[quantization.axis] == quantization.scale.size
        quantization = quantization if sound else None
    return Tensor(name, shape if sound else (), dtype, quantization)


def _bytes(record: TensorRecord) -> Array:
    """The data; 4-bit integers, two in a byte with the lower first, widened to 8 bits."""
    data = np.zeros(0, np.uint8) if record.data is None else record.data
    if record.type != tflite.TensorType.INT4:
        return data
    halves = np.stack([data << 4, data], -1).view(np.int8) >> 4
    count = math.prod(record.shape)
    return halves.reshape(-1)[:count].view(np.uint8)


def check_size(shape: Shape, dtype: np.dtype[Any], what: str) -> None:
    """Raise `InvalidModelError` for shapes beyond reason."""
    if len(shape) > LARGEST_RANK or min(shape, default=1) < 0:
        raise InvalidModelError(f"{what} has shape {shape}")
    if (size := math.prod(shape) * dtype.itemsize) > LARGEST_BYTES:
        raise InvalidModelError(f"{what} takes {size} bytes, at most {LARGEST_BYTES} are accepted")


def _array(data: Array, record: TensorRecord, dtype: np.dtype[np.generic], budget: Budget) -> Array:
    if record.sparsity is not None:
        if data.size % dtype.itemsize:
            raise InvalidModelError(f"{data.size} bytes of {dtype}")
        return densify(data.view(dtype), record.shape, record.sparsity, budget)
    wanted = math.prod(record.shape) * dtype.itemsize
    if data.size != wanted:
        raise InvalidModelError(f"{data.size} bytes of data, wanted {wanted}")
    return data.view(dtype).reshape(record.shape)


def _quantization(record: TensorRecord) -> Quantization | None:
    """Several scales are per channel; a single one is per tensor, whatever axis the file names."""
    scales, zero_points = record.scales, record.zero_points.astype(np.int64)
    if not len(scales) or DTYPES[record.type] in (np.float16, np.float32, np.float64):
        return None
    if len(scales) == 1 and len(zero_points) == 1:
        if scales[0] == 0 and zero_points[0] == 0:
            return None  # how some exporters write "none"
        return Quantization(scales.reshape(()), zero_points.reshape(()))
    scales = np.where(scales == 0, PRUNED, scales).astype(np.float32)
    if len(zero_points) == 1:
        zero_points = np.repeat(zero_points, len(scales))
    return Quantization(scales, zero_points, record.axis)
