# SPDX-License-Identifier: MIT
"""What functions of two operands share: one table of 65,536 entries for bytes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from npucore.ops import Activation, Op
from npucore.quantize import REAL_BOUNDS, Int64s, Rounding, activation_bounds
from npucore.reference.kernel import FLOATS, STORED, Kernel, dtypes_refusal, quantized_refusal
from npucore.reference.table import every_value
from npucore.tensor import Array, Tensor

INTEGERS: tuple[type[np.generic], ...] = (np.int32, np.int64)
PLAIN: tuple[type[np.generic], ...] = (
    np.int8,
    np.uint8,
    np.int16,
    np.uint16,
    np.int32,
    np.uint32,
    np.int64,
    np.uint64,
)
TABLE_ENTRIES = 1 << 16
LARGEST = float(np.finfo(np.float32).max)

Stored = Callable[[Int64s, Int64s], Array]


def refuse_binary(op: Op, a: Tensor, b: Tensor, output: Tensor) -> str | None:
    """One dtype for all: plain numbers, or stored integers of 8 or 16 bits."""
    tensors = (a, b, output)
    if all(tensor.quantization is None for tensor in tensors):
        return dtypes_refusal(op, *FLOATS, *PLAIN, tensors=tensors)
    allowed = (*INTEGERS, *STORED)
    return dtypes_refusal(op, *allowed, tensors=tensors) or quantized_refusal(op)


def prepare_real(
    function: Callable[[Array, Array], Array],
    output: Tensor,
    activation: Activation,
    rounding: Rounding,
) -> Kernel:
    """A kernel for plain numbers, clamped to the bounds of *activation*.

    As in TFLite's reference kernels, infinity becomes the largest finite float32; under the exact
    rule it stays.
    """
    low, high = REAL_BOUNDS[activation]
    if output.dtype == np.float32 and rounding is Rounding.TFLITE:
        low, high = -LARGEST if low is None else low, LARGEST if high is None else high

    def run(a: Array, b: Array) -> Array:
        result = np.asarray(function(a, b))  # of one number, no array
        if low is not None or high is not None:
            floats = result.dtype.kind == "f"
            result = np.clip(result, low, high, out=result if floats else None)
        return result.astype(output.dtype, copy=False)

    return run


def prepare_stored(function: Stored, output: Tensor, activation: Activation) -> Kernel:
    """A kernel for bytes; *function* gives stored integers, not clamped yet."""
    low, high = activation_bounds(activation, output)

    def stored(a: Array, b: Array) -> Array:
        result = function(a.astype(np.int64), b.astype(np.int64))
        clamped: Array = np.clip(result, low, high).astype(output.dtype)
        return clamped

    if output.dtype.itemsize > 1:
        return stored
    return _Looked(stored, output)


class _Looked:
    """A function of two bytes, from a table as soon as that has paid for itself.

    The table costs as much as its entries do one by one: it is made when the next call would have
    computed as many.
    """

    def __init__(self, function: Stored, output: Tensor) -> None:
        self._function, self._dtype = function, output.dtype
        self._left = TABLE_ENTRIES  # to be computed one by one
        self._table: Array | None = None

    def __call__(self, a: Array, b: Array) -> Array:
        if self._table is None:
            self._left -= a.size
            if self._left > 0:
                return self._function(a, b)
            values = every_value(self._dtype)
            self._table = self._function(values[:, None], values[None, :]).reshape(-1)
        index = a.view(np.uint8).astype(np.uint16)
        index <<= 8
        index |= b.view(np.uint8)
        return np.take(self._table, index)
