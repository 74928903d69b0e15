# SPDX-License-Identifier: MIT
"""Real scales -> the integers that descriptors hold.

Stored values are seen as the chip sees them: without a sign, so an int8 tensor's values and zero
points are 128 more here (its bytes XOR 0x80).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from npucore.quantize import Float64s, Int64s
from npucore.tensor import Array, Tensor

MANTISSA_BITS, BIAS = 23, 127
LARGEST_SHIFT = 63  # beyond, every sum becomes 0 and the products leave 64 bits
V8_CENTRE = 128
V7_KEPT = 0xFFFFFF00  # of a float32: the multiplier has 15 bits of its mantissa


@dataclass(frozen=True, slots=True)
class Multiplier:
    """``value * (1 + mantissa / 2**bits) / 2**shift``: a float32 without its lowest bits."""

    mantissa: int
    shift: int  # as the descriptor has it: V7 counts the mantissa's bits in it


def multiplier(real: float, generation: int) -> Multiplier | None:
    """*real* as the chip multiplies; None if its shift does not fit.

    V7 drops the lowest 8 bits of the float32's mantissa, V8 keeps it all.
    Source: vsim hardware reference 3, byte-equal to VeriSilicon's simulator.

    >>> multiplier(0.0061, 7)
    Multiplier(mantissa=18402, shift=23)
    >>> multiplier(0.0061, 8)
    Multiplier(mantissa=4711042, shift=8)
    """
    bits = int(np.float32(real).view(np.uint32))
    exponent, mantissa = bits >> MANTISSA_BITS, bits & (1 << MANTISSA_BITS) - 1
    shift = BIAS - exponent
    if generation == 7:
        shift, mantissa = shift + 15, mantissa >> 8
    return Multiplier(mantissa, shift) if real > 0 and 0 < shift <= LARGEST_SHIFT else None


def truncated(reals: Float64s, generation: int) -> Float64s:
    """What the chip multiplies by where *reals* are wanted, shifts aside.

    >>> truncated(np.array([1 / 3]), 7), truncated(np.array([1 / 3]), 8)
    (array([0.33332825]), array([0.33333334]))
    """
    bits = reals.astype(np.float32).view(np.uint32)
    kept = bits & np.uint32(V7_KEPT) if generation == 7 else bits
    return kept.view(np.float32).astype(np.float64)


def zero_point(tensor: Tensor) -> int:
    """The stored number that stands for real 0, as the chip sees it."""
    return as_seen(int(tensor.q.zero_point.flat[0]), tensor)


def as_seen(stored: int, tensor: Tensor) -> int:
    """A stored number of *tensor*, as the chip sees it."""
    return stored + (128 if tensor.dtype == np.int8 else 0)


def unsigned(data: Array) -> Array:
    """Bytes as the chip sees them."""
    if data.dtype == np.int8:
        flipped: Array = data.view(np.uint8) ^ np.uint8(0x80)
        return flipped
    return data


def corrected_bias(
    bias: Int64s, weights: Array, weight_zero: int, input_zero: int, generation: int
) -> Int64s:
    """(O,) bias, so that sums over what the cores see equal sums over inputs less their zero point.

    *weights* are (O, ...) uint8. V7 cores see stored inputs, V8 cores those less 128.
    Source: vsim hardware reference 3.
    """
    flat = weights.reshape(len(weights), -1)
    sums = np.add.reduce(flat, axis=1, dtype=np.int64) - flat.shape[1] * weight_zero
    seen = input_zero - (V8_CENTRE if generation == 8 else 0)
    corrected: Int64s = bias - seen * sums
    return corrected
