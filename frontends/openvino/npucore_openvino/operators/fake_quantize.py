# SPDX-License-Identifier: MIT
"""FakeQuantize: a quantization and its dequantization in one operator.

``q = round((clamp(x, il, ih) - il) / (ih - il) * (levels - 1))``, halves to even, and the result is
``q / (levels - 1) * (oh - ol) + ol``. Source: OpenVINO's specification of FakeQuantize-1. With 256
levels and both zero points whole, that is QuantizeLinear and DequantizeLinear; anything else is
computed as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from npucore.errors import InvalidModelError
from npucore.tensor import Array
from npucore_openvino.call import Built, Call
from npucore_openvino.constants import Known
from npucore_openvino.value import Padded, Quantized, Value

BYTE_LEVELS = 256
WHOLE = 1e-3
"""How far a zero point may lie from an integer: float32 ranges of 256 steps are off by 1e-4."""

INTEGERS = {(1.0, 0): np.dtype(np.uint8), (1.0, 128): np.dtype(np.int8)}
"""(step of the result, its zero point): the result is 0 to 255, or -128 to 127."""


@dataclass(frozen=True, eq=False)
class Ranges:
    """The operands after the first, float64, and the number of levels."""

    low: Array
    high: Array
    out_low: Array
    out_high: Array
    levels: int

    @property
    def step(self) -> Array:
        """Of the input."""
        return (self.high - self.low) / (self.levels - 1)

    @property
    def out_step(self) -> Array:
        """Of the result."""
        return (self.out_high - self.out_low) / (self.levels - 1)

    @property
    def is_one(self) -> bool:
        """Whether all channels have the same."""
        return all(r.size == 1 for r in (self.low, self.high, self.out_low, self.out_high))

    @property
    def least(self) -> int:
        """What the lowest level of a constant is stored as."""
        return 0 if (self.low >= 0).all() and (self.out_low >= 0).all() else -(self.levels // 2)

    def index(self, numbers: Array) -> Array:
        """The level of each number, from 0."""
        inside = np.clip(numbers, np.minimum(self.low, self.high), np.maximum(self.low, self.high))
        found: Array = np.rint((inside - self.low) / self.step)
        return found


def fake_quantize(call: Call) -> Built:
    """Stored integers if they can be, else the arithmetic of the definition."""
    ranges = _ranges(call)
    value = call.value(0)
    if value.known is not None and ranges.levels <= BYTE_LEVELS:
        known = _constant(value.known.real(), ranges)
        if known is not None:
            return Value(value.dtype, value.shape, known=known)
    zeros = _zeros(ranges)
    if zeros is not None:
        return _stored(call, value, ranges, *zeros)
    return _computed(call, ranges)


def _ranges(call: Call) -> Ranges:
    low, high, out_low, out_high = (
        call.numbers(n, "a range").astype(np.float64) for n in range(1, 5)
    )
    levels = call.whole("levels")
    if levels < 2:
        raise InvalidModelError(f"{levels} levels, wanted 2 or more")
    ranges = Ranges(low, high, out_low, out_high, levels)
    if not (np.isfinite(ranges.step).all() and (ranges.step > 0).all()):
        raise InvalidModelError(f"a range from {low.reshape(-1)[0]} to {high.reshape(-1)[0]}")
    return ranges


def _constant(numbers: Array, ranges: Ranges) -> Known | None:
    """Constants are quantized while the file is read; None where a result's step is 0."""
    if not (ranges.out_step > 0).all():
        return None
    try:
        index = np.asarray(ranges.index(numbers))
    except ValueError:
        return None
    if index.shape != numbers.shape:
        return None
    least = ranges.least
    stored = (index + least).astype(np.int8 if least else np.uint8)
    zero = -ranges.out_low / ranges.out_step + least
    near = np.where(np.abs(zero - np.rint(zero)) < WHOLE, np.rint(zero), zero)
    shape = stored.shape
    parts = [p if p.size == 1 else np.broadcast_to(p, shape) for p in (ranges.out_step, near)]
    return Known(stored, np.dtype(np.float32), *parts)


def _zeros(ranges: Ranges) -> tuple[int, int] | None:
    """The zero points of input and result, from the lowest level; None if they are not whole."""
    if ranges.levels != BYTE_LEVELS or not ranges.is_one or not (ranges.out_step > 0).all():
        return None
    found = [
        float((-low / step).reshape(-1)[0])
        for low, step in ((ranges.low, ranges.step), (ranges.out_low, ranges.out_step))
    ]
    wholes = [round(zero) for zero in found]
    if any(
        abs(a - b) > WHOLE or not 0 <= a < BYTE_LEVELS for a, b in zip(wholes, found, strict=True)
    ):
        return None
    return wholes[0], wholes[1]


def _stored(call: Call, value: Value, ranges: Ranges, zero: int, out_zero: int) -> Value:
    shape = call.layer.outputs[0].shape
    if value.padded is not None and zero == out_zero:  # 0 becomes 0: the border may stay outside
        padded = value.padded
        inner = _stored(call, padded.inner, ranges, zero, out_zero)
        return Value(value.dtype, shape, padded=Padded(inner, padded.begin, padded.end))
    out_scale = np.float32(ranges.out_step.reshape(-1)[0])
    if (q := value.quantized) is not None:
        info = np.iinfo(q.dtype)
        if (ranges.index(q.reals()).reshape(-1) == np.arange(BYTE_LEVELS)).all():
            found = Quantized(q.stored, q.dtype, out_scale, out_zero + info.min)
            return Value(value.dtype, shape, quantized=found)
    dtype = INTEGERS.get((float(out_scale), out_zero), call.byte)  # what a Convert behind it wants
    least = int(np.iinfo(dtype).min)
    scale = np.float32(ranges.step.reshape(-1)[0])
    into = Quantized("", dtype, scale, zero + least)
    stored = call.emit("QuantizeLinear", call.named(value), *call.affine(into))
    return Value(
        value.dtype, shape, quantized=Quantized(stored, dtype, out_scale, out_zero + least)
    )


def _computed(call: Call, ranges: Ranges) -> str:
    """As the definition has it, in float32."""
    x = call.name(0)
    for operator, bound in (("Max", ranges.low), ("Min", ranges.high)):
        x = call.emit(operator, x, call.like(bound))
    offset = call.emit("Sub", x, call.like(ranges.low))
    index = call.emit("Round", call.emit("Div", offset, call.like(ranges.step)))
    real = call.emit("Mul", index, call.like(ranges.out_step))
    return str(call.emit("Add", real, call.like(ranges.out_low)))


BUILDERS: Mapping[str, Callable[[Call], Built]] = {"FakeQuantize": fake_quantize}
