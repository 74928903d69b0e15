# SPDX-License-Identifier: MIT
"""Functions of 8-bit integers as tables: exact by construction, one look-up per element."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from npucore.quantize import Int64s, Rounding, multiplier, round_half_away, stored_range
from npucore.reference.fixed_point import rescale
from npucore.reference.kernel import SingleKernel
from npucore.tensor import Array, Tensor

FAR = 1 << 30  # what saturates anyway, and infinity with it
StoredFunction = Callable[[Int64s], Array]
"""Stored integers of the input -> of the output, before they are clamped to its dtype."""


def every_value(dtype: np.dtype[np.generic]) -> Int64s:
    """All 256 values of an 8-bit dtype, in the order of their bytes read as uint8."""
    return np.arange(256, dtype=np.uint8).view(dtype).astype(np.int64)


def saturate(stored: Array, dtype: np.dtype[np.generic]) -> Array:
    """Integers clamped to what *dtype* stores."""
    clamped: Array = np.clip(stored, *stored_range(dtype)).astype(dtype)
    return clamped


def lookup(source: Tensor, output: Tensor, function: StoredFunction) -> SingleKernel:
    """A kernel that maps each element of a tensor by *function*; of 8 bits by a table."""
    if source.dtype.itemsize > 1:
        return lambda x: saturate(function(x.astype(np.int64)), output.dtype)
    table = saturate(function(every_value(source.dtype)), output.dtype)

    def run(x: Array) -> Array:
        return np.take(table, x.view(np.uint8))

    return run


def real_function(
    source: Tensor, output: Tensor, function: Callable[[Array], Array], rounding: Rounding
) -> StoredFunction:
    """*function* of real numbers as a function of stored ones.

    ``round(f(si * (x - zi)) / so) + zo`` in float32, halves away from 0 under TFLite's rule (which
    multiplies by ``1 / so``), else to even. Source: TFLite LUTPopulate; ONNX QuantizeLinear.
    """
    zero_in, zero_out = int(source.q.zero_point), int(output.q.zero_point)

    def stored(x: Int64s) -> Array:
        real = function(source.q.scale * (x - zero_in).astype(np.float32)).astype(np.float32)
        if rounding is Rounding.TFLITE:
            scaled = real * (np.float32(1) / output.q.scale)
            value = round_half_away(np.clip(scaled, -FAR, FAR))
        else:
            value = np.rint(np.clip(real / output.q.scale, -FAR, FAR))
        return value.astype(np.int64) + zero_out

    return stored


def rescaled(x: Array, real: float, rounding: Rounding) -> Array:
    """``round(x * real)`` of int64 values under *rounding*."""
    if rounding is Rounding.TFLITE:
        return rescale(x, *multiplier(real))
    return np.rint(x.astype(np.float64) * real).astype(np.int64)
