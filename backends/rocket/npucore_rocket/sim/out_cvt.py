# SPDX-License-Identifier: MIT
"""The DPU's output converter: scale, shift, offset and saturation, exact in float64 or float32.

``clamp(round(value * scale / 2**shift) + offset)`` is a step function that only rises. A float32
form of it is used if it is proved equal at both sides of each of its steps, which is everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from npucore_rocket.registers import dpu_stages as r
from npucore_rocket.sim.errors import SimulationError
from npucore_rocket.sim.pc import RegisterFile, Rule
from npucore_rocket.sim.rounding import Floats, Rounding, shift_right
from npucore_rocket.sim.steps import FLOAT32_EXACT, FLOAT64_EXACT

Int64s = npt.NDArray[np.int64]

RULES = (
    Rule(r.DPU_OUT_CVT_SCALE, ("fp32tofp16_en",), "integers are not narrowed to fp16"),
    Rule(r.DPU_OUT_CVT_SHIFT, ("minus_exp",), "a float's exponent"),
    Rule(r.DPU_OUT_CVT_SHIFT, ("cvt_type",), "shown for floats only"),
)
INT32_RULES = (
    Rule(r.DPU_OUT_CVT_SCALE, ("out_cvt_scale",), "int32 is seen unconverted only", (0, 1)),
    Rule(r.DPU_OUT_CVT_SHIFT, ("out_cvt_shift",), "int32 is seen unconverted only"),
    Rule(r.DPU_OUT_CVT_OFFSET, ("out_cvt_offset",), "int32 is seen unconverted only"),
)
SIGN_BIT = 0x8000  # of OUT_CVT_SCALE. Source: facts of 2026-11, 0.9 (proven on the RK3588)
MAX_SHIFT = 47  # beyond, every product of 32 and 15 bits rounds to 0
NUDGES = range(-3, 4)  # float32 constants to try, in units of their last place


@dataclass(frozen=True, slots=True)
class Conversion:
    """What the registers say; *bound* is the largest magnitude of a value to convert."""

    scale: int
    shift: int
    offset: int
    low: int
    high: int
    bound: float
    rounding: Rounding

    def __call__(self, values: Floats) -> Floats:
        """(...) integers -> integers between `low` and `high`, in place where the dtype allows."""
        fast = _float32_form(self) if values.dtype == np.float32 else None
        if fast is not None:
            _apply(values, *fast, self.rounding)
            np.clip(values, self.low, self.high, out=values)
            return values
        wide = values.astype(np.float64, copy=False)
        wide *= self.scale
        shift_right(wide, self.shift, self.rounding)
        wide += self.offset
        np.clip(wide, self.low, self.high, out=wide)
        return wide


def read(
    file: RegisterFile, limits: tuple[int, int], bound: float, rounding: Rounding
) -> Conversion:
    """The conversion that the registers ask for, to integers within *limits*.

    int32 results are accumulators as they are (shown: matmul of three parties).
    """
    file.check(RULES)
    if limits[1] > np.iinfo(np.int8).max:
        file.check(INT32_RULES)
        return Conversion(1, 0, 0, *limits, bound, rounding)
    stored, shifting = file[r.DPU_OUT_CVT_SCALE].out_cvt_scale, file[r.DPU_OUT_CVT_SHIFT]
    scale, shift = stored - 2 * (stored & SIGN_BIT), shifting.out_cvt_shift
    if shifting.cvt_round:  # facts of 2026-11, 0.7 (proven; one party saw no effect)
        rounding = Rounding.HALF_AWAY
    if shift > MAX_SHIFT:
        raise SimulationError(
            f"DPU OUT_CVT_SHIFT.out_cvt_shift is {shift}, beyond {MAX_SHIFT}: never seen"
        )
    if bound * abs(scale) + 2.0**shift > FLOAT64_EXACT:
        raise SimulationError(
            f"DPU OUT_CVT_SCALE.out_cvt_scale is {scale} for values up to {bound:.0f}: more than "
            "the converter's 32 bits can hold"
        )
    return Conversion(
        scale, shift, file[r.DPU_OUT_CVT_OFFSET].out_cvt_offset, *limits, bound, rounding
    )


def _apply(values: Floats, scale: np.float32, offset: np.float32, rounding: Rounding) -> None:
    """The float32 form of a rule, in place: scaled and rounded, not clamped."""
    values *= scale
    if rounding is Rounding.HALF_EVEN:
        np.rint(values, out=values)
        values += offset
    else:
        values += offset
        np.floor(values, out=values)


@lru_cache(maxsize=4096)
def _float32_form(conversion: Conversion) -> tuple[np.float32, np.float32] | None:
    """``(scale, offset)`` with which `_apply`, clamped, is the conversion; None if none is."""
    rounding, low, high = conversion.rounding, conversion.low, conversion.high
    if rounding is Rounding.HALF_AWAY or high - low > 255 or conversion.scale <= 0:
        return None
    if conversion.bound > FLOAT32_EXACT:
        return None
    limit = int(conversion.bound)
    edges = np.clip(_edges(conversion), -limit, limit)
    points = np.concatenate([edges - 1, edges, edges + 1, [-limit, limit]]).clip(-limit, limit)
    want = _exact(conversion, points).clip(low, high)
    even = rounding is Rounding.HALF_EVEN
    offsets = [np.float32(conversion.offset)] if even else _neighbours(conversion.offset + 0.5)
    for scale in _neighbours(conversion.scale * 2.0**-conversion.shift):
        for offset in offsets:
            got = points.astype(np.float32)
            _apply(got, scale, offset, rounding)
            if (got.clip(low, high) == want).all():
                return scale, offset
    return None


def _exact(conversion: Conversion, values: Int64s) -> Int64s:
    """The conversion in integers, not clamped; half up or half to even."""
    half = (1 << conversion.shift) >> 1
    products = values * conversion.scale
    rounded: Int64s = products + half >> conversion.shift
    if conversion.rounding is Rounding.HALF_EVEN and half:
        tie = products & 2 * half - 1 == half
        rounded -= tie & (rounded & 1 == 1)
    rounded += conversion.offset
    return rounded


def _neighbours(value: float) -> list[np.float32]:
    """*value* as float32, and the numbers around it, the nearest first."""
    middle = np.float32(value)
    step = np.spacing(middle)
    return [np.float32(middle + nudge * step) for nudge in sorted(NUDGES, key=abs)]


def _edges(conversion: Conversion) -> Int64s:
    """For each result above `low`, the least value that reaches it, rounding half up.

    Another rule puts a step at most one value further.
    """
    half = (1 << conversion.shift) >> 1
    steps = [
        -(-((result - conversion.offset << conversion.shift) - half) // conversion.scale)
        for result in range(conversion.low + 1, conversion.high + 1)
    ]
    return np.array([max(-(1 << 40), min(1 << 40, step)) for step in steps], np.int64)
