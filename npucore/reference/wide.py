# SPDX-License-Identifier: MIT
"""Functions of int16 as TFLite's kernels compute them: tables with lines between their entries.

Source: TFLite common.h LUTPopulate, LUTLookup; reference/integer_ops/logistic.h, tanh.h;
reference/softmax.h SoftmaxInt16.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from npucore.ops import Softmax
from npucore.quantize import Int64s, multiplier, round_half_away
from npucore.reference.fixed_point import rescale
from npucore.reference.kernel import SingleKernel
from npucore.tensor import Array, Tensor

STEPS, LOW, HIGH = 512, -(1 << 15), (1 << 15) - 1
UNSIGNED = (1 << 16) - 1
EXP_RANGE = 10.0  # what lies further below the maximum is nothing
Function = Callable[[Array], Array]


def table_of(
    function: Function, scale: float, zero: int, output_scale: float, output_zero: int = 0
) -> Int64s:
    """*function* at 513 places; each entry lowered by half of what a line between them is off."""
    one = np.float32
    first, last = (one(scale) * one(end - zero) for end in (LOW, HIGH))
    ends = [one(output_scale) * one(end - output_zero) for end in (LOW, HIGH)]
    step = one((last - first) / one(STEPS))
    inverse = one(1 << 16) / one(ends[1] - ends[0])
    places = first + np.arange(STEPS, dtype=one) * step
    value, middle, following = (
        function(p).astype(one) * inverse
        for p in (places, places + step / one(2), first + np.arange(1, STEPS + 1, dtype=one) * step)
    )
    sample = round_half_away(value)
    line = round_half_away((following + sample) / one(2))
    bias = round_half_away((line - round_half_away(middle)) / one(2))
    end = round_half_away(function(np.array([last])).astype(one) * inverse)
    whole: Int64s = np.clip(np.concatenate([sample - bias, end]), LOW, HIGH).astype(np.int64)
    return whole


def looked_up(table: Int64s, x: Int64s) -> Int64s:
    """The table's entry, and a part of the way to the next."""
    place, rest = 256 + (x >> 7), x & 0x7F
    base = table[place]
    found: Int64s = base + (((table[place + 1] - base) * rest + 64) >> 7)
    return found


def wide_lookup(source: Tensor, output: Tensor, function: Function) -> SingleKernel:
    """A kernel that maps each int16 by *function*."""
    q, r = source.q, output.q
    table = table_of(function, float(q.scale), int(q.zero_point), float(r.scale), int(r.zero_point))
    return lambda x: looked_up(table, x.astype(np.int64)).astype(np.int16)


RAISED = (
    4, 8, 12, 14, 15, 16, 17, 19, 20, 21, 22, 25, 27, 28, 29, 30, 31, 33, 34, 35, 37, 39, 40, 41,
    43, 44, 45, 46, 49, 50, 54, 62, 63, 64, 66, 82, 86, 93, 100, 103, 112, 116, 135, 255,
)  # fmt: skip
"""Entries of TFLite's sigmoid table that are one above the rounded value; read off LiteRT 2.3."""


def _sigmoids() -> Int64s:
    """``sigmoid(i / 24)`` in units of 2**-16, as sigmoid_table_uint16 has it."""
    real = 1 / (1 + np.exp(-np.arange(256) / 24))
    table = np.rint(real * (1 << 16)).astype(np.int64)
    table[list(RAISED)] += 1
    return np.minimum(table, UNSIGNED)


def _input_scale(source: Tensor) -> tuple[int, int]:
    """(multiplier, right shift) that bring the input to units of 1 / (3 * 4096)."""
    scale = float(source.q.scale)
    fraction, exponent = math.frexp(scale)
    if fraction == 0.5 and exponent - 1 == -12:
        return 3, 0
    real, shift = scale * 4096 * 3, 0
    while real <= HIGH / 2 and shift <= 30:
        real, shift = real * 2, shift + 1
    return int(real), shift


def _scaled(x: Array, factor: int, shift: int) -> Int64s:
    half = 1 << (shift - 1) if shift > 0 else 0
    scaled: Int64s = (x.astype(np.int64) * factor + half) >> shift
    return scaled


def wide_logistic(source: Tensor) -> SingleKernel:
    """The logistic function, in units of 2**-15."""
    table, (factor, shift) = _sigmoids(), _input_scale(source)

    def run(x: Array) -> Array:
        scaled = _scaled(x, factor, shift)
        size = np.abs(scaled)
        place, rest = np.minimum(size >> 9, 254), size & 0x1FF
        line = (table[place] << 9) + rest * (table[place + 1] - table[place])
        above = np.where(size >> 9 >= 255, HIGH << 10, line)
        result = np.where(scaled >= 0, above + (1 << 9), (1 << 25) - above + (1 << 9) - 1)
        return (result >> 10).astype(np.int16)

    return run


def wide_tanh(source: Tensor) -> SingleKernel:
    """The hyperbolic tangent, in units of 2**-15."""
    table, (factor, shift) = _sigmoids(), _input_scale(source)

    def run(x: Array) -> Array:
        scaled = _scaled(x, factor, shift)
        size = np.abs(scaled)
        place, rest = np.minimum(size >> 8, 254), size & 0xFF
        line = (table[place] << 8) + rest * (table[place + 1] - table[place])
        above = np.where(size >> 8 >= 255, UNSIGNED << 8, line)
        offset = (1 << 23) - (1 << 7)
        result = np.where(scaled >= 0, above - offset, -above + (1 << 23) + (1 << 7) - 1)
        return (result >> 8).astype(np.int16)

    return run


def wide_softmax(op: Softmax) -> SingleKernel:
    """Softmax, in units of 2**-15."""
    unit = 2.0 / UNSIGNED
    exponentials = table_of(np.exp, EXP_RANGE / UNSIGNED, HIGH, unit)
    reciprocals = table_of(lambda x: 1 / (1 + x), 1.0 / UNSIGNED, LOW, unit)
    real = float(op.input.q.scale) * float(np.float32(op.beta)) / (EXP_RANGE / UNSIGNED)
    m, shift = multiplier(real)

    def run(x: Array) -> Array:
        wide = x.astype(np.int64)
        below = rescale(wide - wide.max(-1, keepdims=True), m, shift)
        decay = looked_up(exponentials, np.clip(below + HIGH, LOW, HIGH))
        total = decay.sum(-1, keepdims=True)
        bits = np.frexp(total.astype(np.float64))[1].astype(np.int64)
        zeros = 32 - bits  # in front of the leading one of an int32
        shifted = ((total << (zeros - 1)) + (1 << 13)) >> 14
        inverse = looked_up(reciprocals, np.clip(shifted - (1 << 15) - (1 << 16), LOW, HIGH))
        right = 31 - zeros
        result = (decay * inverse + (np.int64(1) << (right - 1))) >> right
        clamped: Array = np.clip(result, 0, HIGH).astype(np.int16)
        return clamped

    return run
