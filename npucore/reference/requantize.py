# SPDX-License-Identifier: MIT
"""From accumulators to stored integers, exactly and in few passes over the data.

TFLite's two fixed-point roundings equal one expression in real numbers: with the multiplier
``M = m * 2**(shift - 31)`` and ``e = 2**(shift - 1)`` (0 where *shift* is not negative)

    ``stored = floor(acc * M + 1/2 + sign(acc) * e) + zero_point``

In float64 that is exact while ``shift >= -12``: results that are not clamped stay below 2**10,
and every term is a multiple of 2**-43. In float32 it is exact for those multipliers for which
`_agrees` proves it, at about 500 evaluations for each scale: cheap for one scale, too slow for one
per channel. Where neither holds, the integers are computed step by step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from npucore.quantize import Float64s, Int64s, Rounding, multiplier, round_half_away
from npucore.reference.fixed_point import rescale, rescale_wide
from npucore.tensor import Array

Floats = npt.NDArray[np.floating]

FLOAT32_EXACT = 1 << 24  # integers up to here are float32 numbers, in whatever order they add up
FLOAT64_SHIFT = -12  # see above
PROVABLE_SHIFT = -20  # below, the steps of the rule do not fit int64
ROW_ELEMENTS = 512  # rows of at least this many elements keep numpy's inner loops long


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What accumulators are to become.

    Parameters
    ----------
    scales
        (O,) output LSB per unit of the accumulator; (1,) if all channels have the same.
    bias
        (O,) float64 integers, added to the accumulator first.
    bound
        The largest magnitude that accumulator plus bias can have.
    zero_point, low, high
        Of the output, in stored integers; *low* and *high* are the clamp.
    dtype
        int8 or uint8.
    rounding
        The rule; *once* makes TFLite's rule that of its fully connected kernels, see `_Once`.
    """

    scales: Float64s
    bias: Float64s
    bound: float
    zero_point: int
    low: int
    high: int
    dtype: np.dtype[np.generic]
    rounding: Rounding
    once: bool = False
    reduced: bool = False


class Requantizer:
    """Turns blocks of accumulators into stored integers.

    A block is (rows, O); rows come in multiples of `rows_multiple`, so that vectors of one value
    per channel can be laid out several rows long. Rows beyond those of interest may hold anything
    finite.
    """

    def __init__(self, target: Target) -> None:
        channels = target.bias.size
        self.target = target
        self.rows_multiple = max(1, -(-ROW_ELEMENTS // channels))
        self._bias = self._row(target.bias)
        step, self.dtype = _choose(target)
        self._step = step.tiled(self._row)

    def _row(self, values: Array) -> Array:
        """One value per channel, repeated over `rows_multiple` rows; a common one stays single."""
        if (values == values.flat[0]).all():
            return values.reshape(-1)[:1]
        return np.tile(values, self.rows_multiple)

    def block_rows(self, rows: int) -> int:
        """The least multiple of `rows_multiple` that holds *rows*."""
        return -(-rows // self.rows_multiple) * self.rows_multiple

    def __call__(self, block: Floats, out: Array) -> None:
        """Requantize the first ``len(out)`` rows of *block* into *out*; *block* is used up.

        *block* is (rows, O) of float32 or float64 integers without bias, C-contiguous; *out* is
        (n, O) of the target's dtype.
        """
        wide = block.reshape(-1, block.shape[1] * self.rows_multiple)
        if self._bias.size > 1 or self._bias[0] != 0:
            wide += self._bias.astype(wide.dtype)
        if wide.dtype != self.dtype:
            wide = wide.astype(self.dtype)
        self._step(wide)
        done = wide.reshape(block.shape)[: len(out)]
        np.copyto(out, done, casting="unsafe")


@dataclass(frozen=True, slots=True, eq=False)
class _Affine:
    """TFLite's rule as ``floor(acc * M + c)`` in one float dtype, with the sign term if needed."""

    scale: Floats
    offset: Floats
    half: Floats | None  # of the sign term; None if no negative accumulator survives the clamp
    low: float
    high: float

    @classmethod
    def of(cls, target: Target, dtype: type[np.floating]) -> _Affine:
        m, shift = _multipliers(target.scales)
        half = np.where(shift < 0, 2.0 ** (shift - 1.0), 0.0)
        signed = bool((half > 0).any()) and target.low < target.zero_point
        return cls(
            scale=(m * 2.0 ** (shift - 31.0)).astype(dtype),
            offset=(0.5 + target.zero_point + half * (not signed)).astype(dtype),
            half=half.astype(dtype) if signed else None,
            low=target.low,
            high=target.high,
        )

    def tiled(self, row: Callable[[Array], Array]) -> _Affine:
        half = None if self.half is None else row(self.half)
        return replace(self, scale=row(self.scale), offset=row(self.offset), half=half)

    def __call__(self, acc: Floats) -> None:
        """Accumulators with bias, (..., O) -> stored integers, in place."""
        sign_term = None if self.half is None else np.clip(acc, -self.half, self.half)
        acc *= self.scale
        if sign_term is not None:
            acc += sign_term
        acc += self.offset
        np.floor(acc, out=acc)
        np.clip(acc, self.low, self.high, out=acc)


@dataclass(frozen=True, slots=True, eq=False)
class _Nearest:
    """The exact rule: ``rint(float32(acc) * float32(scale))``, halves to even."""

    scale: Floats
    zero_point: int
    low: float
    high: float

    @classmethod
    def of(cls, target: Target) -> _Nearest:
        scale = target.scales.astype(np.float32)
        return cls(scale, target.zero_point, target.low, target.high)

    def tiled(self, row: Callable[[Array], Array]) -> _Nearest:
        return replace(self, scale=row(self.scale))

    def __call__(self, acc: Floats) -> None:
        acc *= self.scale
        np.rint(acc, out=acc)
        if self.zero_point:
            acc += self.zero_point
        np.clip(acc, self.low, self.high, out=acc)


@dataclass(frozen=True, slots=True, eq=False)
class _Once:
    """``round(acc * scale)`` in float64, halves away from 0.

    Source: LiteRT 2.3.0 FULLY_CONNECTED of BUILTIN_REF: 0 of 14 million outputs at the rule's steps
    differ.
    """

    target: Target
    scale: Floats

    @classmethod
    def of(cls, target: Target) -> _Once:
        return cls(target, target.scales)

    def tiled(self, row: Callable[[Array], Array]) -> _Once:
        return replace(self, scale=row(self.scale))

    def __call__(self, acc: Floats) -> None:
        acc *= self.scale
        stored = round_half_away(acc) + self.target.zero_point
        np.clip(stored, self.target.low, self.target.high, out=acc)


@dataclass(frozen=True, slots=True, eq=False)
class _Integer:
    """TFLite's rule step by step, for multipliers that no float expression covers."""

    target: Target
    m: Int64s
    shift: Int64s

    @classmethod
    def of(cls, target: Target) -> _Integer:
        return cls(target, *_multipliers(target.scales))

    def tiled(self, row: Callable[[Array], Array]) -> _Integer:
        return replace(self, m=row(self.m), shift=row(self.shift))

    def __call__(self, acc: Floats) -> None:
        stored = rescale(acc.astype(np.int64), self.m, self.shift) + self.target.zero_point
        np.clip(stored, self.target.low, self.target.high, out=acc, casting="unsafe")


@dataclass(frozen=True, slots=True, eq=False)
class _Reduced:
    """TFLite's rule for accumulators of 64 bits: a multiplier of 16 bits, halves up.

    Source: TFLite MultiplyByQuantizedMultiplier(int64_t, int32_t, int).
    """

    target: Target
    m: Int64s
    shift: Int64s

    @classmethod
    def of(cls, target: Target) -> _Reduced:
        return cls(target, *_multipliers(target.scales))

    def tiled(self, row: Callable[[Array], Array]) -> _Reduced:
        return replace(self, m=row(self.m), shift=row(self.shift))

    def __call__(self, acc: Floats) -> None:
        stored = rescale_wide(acc.astype(np.int64), self.m, self.shift) + self.target.zero_point
        np.clip(stored, self.target.low, self.target.high, out=acc, casting="unsafe")


_Step = _Affine | _Nearest | _Once | _Integer | _Reduced


def _choose(target: Target) -> tuple[_Step, type[np.floating]]:
    """The cheapest step that is exact for *target*, and the dtype it works in."""
    if target.rounding is Rounding.EXACT:
        return _Nearest.of(target), np.float32
    if target.once:
        return _Once.of(target), np.float64
    if target.reduced:
        return _Reduced.of(target), np.float64
    provable = target.scales.size == 1 and target.bound <= FLOAT32_EXACT
    if provable and _agrees(step := _Affine.of(target, np.float32), target):
        return step, np.float32
    step = _Affine.of(target, np.float64)
    if _multipliers(target.scales)[1].min() >= FLOAT64_SHIFT or _agrees(step, target):
        return step, np.float64
    return _Integer.of(target), np.float64


def _multipliers(scales: Float64s) -> tuple[Int64s, Int64s]:
    pairs = np.array([multiplier(scale) for scale in scales.tolist()], np.int64)
    return pairs[:, 0], pairs[:, 1]


def _agrees(step: _Affine, target: Target) -> bool:
    """Whether *step* equals TFLite's rule for every accumulator within the bound.

    Both are step functions that only rise. They are equal everywhere if they are equal at both
    sides of each of the rule's steps, and at both ends of the range.
    """
    if _multipliers(target.scales)[1].min() < PROVABLE_SHIFT:
        return False
    edges = _steps(target)
    limit = min(int(target.bound), np.iinfo(np.int32).max)
    below = np.clip(edges - 1, -limit, limit)
    points = np.concatenate([below, np.clip(edges, -limit, limit)])
    got = points.astype(step.scale.dtype)
    step(got)
    m, shift = _multipliers(target.scales)
    want = np.clip(rescale(points, m, shift) + target.zero_point, target.low, target.high)
    return bool((got == want).all())


def _steps(target: Target) -> Int64s:
    """For each stored value above *low*, the least accumulator that reaches it: (values, O).

    Solves ``acc * m * 2**(shift - 31) + 1/2 +- 2**(shift - 1) >= stored - zero_point`` in integers.
    """
    m, shift = _multipliers(target.scales)
    stored = np.arange(target.low, target.high + 2)[:, None] - target.zero_point
    right = np.maximum(-shift, 0)
    sign = np.where(right > 0, np.where(stored > 0, -1, 1), 0)
    # Times 2**(right + 1): (2 * stored - 1) * 2**right + sign, over m * 2**(1 - 31).
    scaled = ((2 * stored - 1) << right) + sign
    numerator = scaled << np.maximum(30 - np.maximum(shift, 0), 0)
    edges: Int64s = -(-numerator // np.maximum(m, 1))
    return edges
