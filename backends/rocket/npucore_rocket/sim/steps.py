# SPDX-License-Identifier: MIT
"""The arithmetic steps between accumulator and output, each with a bound that keeps it exact.

Integers are computed in floats, in place. A step tells how large its numbers can get; the sum of
all decides whether float32 holds them, float64 does, or the chip's own 32 bits might overflow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from npucore_rocket.sim.block import Block
from npucore_rocket.sim.errors import SimulationError
from npucore_rocket.sim.rounding import Floats, Rounding, shift_right

FLOAT32_EXACT = float(1 << 24)
FLOAT64_EXACT = float(1 << 53)
INT32_LIMIT = float(1 << 31)


Trace = Callable[[str, Block], None]
"""Called with a stage's name and a block whose values it may copy, but not keep."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the documents leave open, and who watches."""

    rounding: Rounding = Rounding.HALF_EVEN
    trace: Trace | None = None


class Step(Protocol):
    """Changes a block's values in place."""

    def bounds(self, bound: float) -> tuple[float, float]:
        """For inputs up to *bound*: the largest magnitude on the way, and that of the results."""

    def __call__(self, block: Block) -> None: ...


@dataclass(frozen=True, slots=True)
class Tap:
    """Shows the values to *trace* under a *name*."""

    name: str
    trace: Trace

    def bounds(self, bound: float) -> tuple[float, float]:
        return bound, bound

    def __call__(self, block: Block) -> None:
        self.trace(self.name, block)


@dataclass(frozen=True, slots=True, eq=False)
class Shift:
    """Rounding right shift; `values` stay integers."""

    shift: int
    rounding: Rounding

    def bounds(self, bound: float) -> tuple[float, float]:
        return bound + 2.0**self.shift, bound / 2.0**self.shift + 1

    def __call__(self, block: Block) -> None:
        shift_right(block.values, self.shift, self.rounding)


@dataclass(frozen=True, slots=True, eq=False)
class Add:
    """One addend per channel, or (1,) for all."""

    addends: Floats

    def bounds(self, bound: float) -> tuple[float, float]:
        total = bound + float(np.abs(self.addends).max())
        return total, total

    def __call__(self, block: Block) -> None:
        np.add(block.values, _fit(self.addends, block), out=block.values)


@dataclass(frozen=True, slots=True, eq=False)
class Multiply:
    """One factor per channel, or (1,) for all; a right shift of the wide product; saturation.

    Products below 0 have a shift of their own. Source: facts of 2026-11, 0.4 (proven on the
    RK3588).
    """

    factors: Floats
    shift: int
    negative_shift: int
    rounding: Rounding

    def bounds(self, bound: float) -> tuple[float, float]:
        product = bound * float(np.abs(self.factors).max())
        most, least = sorted((self.shift, self.negative_shift), reverse=True)
        return product + 2.0**most, min(product / 2.0**least + 1, INT32_LIMIT)

    def __call__(self, block: Block) -> None:
        values = block.values
        np.multiply(values, _fit(self.factors, block), out=values)
        if self.shift == self.negative_shift:
            shift_right(values, self.shift, self.rounding)
        else:
            negative = np.minimum(values, 0)
            np.maximum(values, 0, out=values)
            shift_right(negative, self.negative_shift, self.rounding)
            shift_right(values, self.shift, self.rounding)
            values += negative
        np.clip(values, -INT32_LIMIT, INT32_LIMIT - 1, out=values)


@dataclass(frozen=True, slots=True)
class Relu:
    """``max(value, 0)``, and ``min(value, limit)`` if there is one."""

    limit: float | None

    def bounds(self, bound: float) -> tuple[float, float]:
        return bound, bound

    def __call__(self, block: Block) -> None:
        np.clip(block.values, 0, self.limit, out=block.values)


@dataclass(frozen=True, slots=True, eq=False)
class Combine:
    """*apply* (add, maximum, ...) with an operand as large as the block."""

    apply: Callable[[Floats, Floats], Floats]
    operand: Callable[[Block], Floats]
    limit: float
    shift: int
    rounding: Rounding

    def bounds(self, bound: float) -> tuple[float, float]:
        product = self.apply is np.multiply
        total = bound * self.limit if product else bound + self.limit
        return total + 2.0**self.shift, total / 2.0**self.shift + 1

    def __call__(self, block: Block) -> None:
        block.values[...] = self.apply(block.values, self.operand(block))
        shift_right(block.values, self.shift, self.rounding)


def _fit(vector: Floats, block: Block) -> Floats:
    fitted = vector if vector.size == 1 else block.spread(vector)
    return fitted.astype(block.values.dtype, copy=False)


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Steps one after the other.

    Parameters
    ----------
    dtype
        Holds every number on the way exactly.
    bound
        Of the results.
    may_overflow
        Whether 32 bits might not hold what enters each step, and the results: one more.
    """

    steps: Sequence[Step]
    dtype: type[np.floating]
    bound: float
    may_overflow: Sequence[bool]

    def __call__(self, block: Block) -> None:
        """Apply all steps. How sums saturate in the chip is not documented: refused."""
        for step, may_overflow in zip(self.steps, self.may_overflow, strict=False):
            if may_overflow:
                _check(block)
            step(block)
        if self.may_overflow[-1]:
            _check(block)


def _check(block: Block) -> None:
    least, most = float(block.values.min()), float(block.values.max())
    if most >= INT32_LIMIT or least < -INT32_LIMIT:
        raise SimulationError(
            f"CORE and DPU: a value reaches {max(most, -least):.0f}, but they compute in 32 bits, "
            "and how sums saturate is not documented"
        )


def chain(steps: Sequence[Step], bound: float) -> Chain:
    """*steps* for inputs of magnitudes up to *bound*."""
    largest, results = bound, [bound]
    for step in steps:
        on_the_way, bound = step.bounds(bound)
        largest = max(largest, on_the_way)
        results.append(bound)
    if largest > FLOAT64_EXACT:
        raise SimulationError(
            f"DPU: values may reach {largest:.0f} between its stages, beyond any 32-bit datapath"
        )
    dtype = np.float32 if largest <= FLOAT32_EXACT else np.float64
    return Chain(steps, dtype, bound, [result > INT32_LIMIT for result in results])
