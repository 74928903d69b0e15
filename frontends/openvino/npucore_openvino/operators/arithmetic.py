# SPDX-License-Identifier: MIT
"""Arithmetic, which may be part of a dequantization or the bias of a layer."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from npucore.errors import UnsupportedError
from npucore.tensor import Array
from npucore_openvino.bias import with_bias
from npucore_openvino.call import Built, Call
from npucore_openvino.constants import Known
from npucore_openvino.operators.plain import check_broadcast, same
from npucore_openvino.value import Quantized, Value


def _operands(call: Call) -> tuple[Value, Known | None, int]:
    """(an operand, the other if it is constant, the place of the first); a constant is second."""
    a, b = call.value(0), call.value(1)
    return (b, a.known, 1) if a.known is not None and b.known is None else (a, b.known, 0)


def _shifted(call: Call, value: Value, by: Array) -> Value | None:
    """*value* less a constant, where that is another zero point."""
    if value.known is not None:
        moved = value.known.shifted(by)
        return None if moved is None else Value(moved.dtype, value.shape, known=moved)
    q, info = value.quantized, None if value.quantized is None else np.iinfo(value.quantized.dtype)
    if q is None or info is None or by.size != 1 or by.ndim > len(value.shape) or q.scale != 1:
        return None
    zero = q.zero + float(by.reshape(-1)[0])
    if zero != int(zero) or not info.min <= zero <= info.max:
        return None
    return _stored(call, value, dataclasses.replace(q, zero=int(zero)))


def _stored(call: Call, value: Value, quantized: Quantized) -> Value:
    return Value(value.dtype, call.layer.outputs[0].shape, quantized=quantized)


def add(call: Call) -> Built:
    """A zero point, a bias, or an addition."""
    check_broadcast(call)
    value, known, place = _operands(call)
    if known is not None and known.dtype.kind == "f":
        numbers = known.real()
        if (moved := _shifted(call, value, -numbers)) is not None:
            return moved
        if (biased := with_bias(call, place, numbers)) is not None:
            return biased
    return str(call.emit("Add", *call.names()))


def subtract(call: Call) -> Built:
    """A zero point, or a subtraction."""
    check_broadcast(call)
    known = call.value(1).known
    if known is not None and known.dtype.kind == "f":
        moved = _shifted(call, call.value(0), known.real())
        if moved is not None:
            return moved
    return str(call.emit("Sub", *call.names()))


def multiply(call: Call) -> Built:
    """A scale, or a multiplication."""
    check_broadcast(call)
    value, known, _ = _operands(call)
    if known is not None and known.dtype.kind == "f":
        numbers = known.real()
        if value.known is not None:
            scaled = value.known.scaled(numbers)
            if scaled is not None:
                return Value(scaled.dtype, value.shape, known=scaled)
        q = value.quantized
        if q is not None and numbers.size == 1 and numbers.ndim <= len(value.shape):
            scale = np.float32(numbers.reshape(-1)[0])
            if q.scale == 1 and scale > 0 and np.isfinite(scale):
                return _stored(call, value, dataclasses.replace(q, scale=scale))
    return str(call.emit("Mul", *call.names()))


def divide(call: Call) -> Built:
    """A division; of integers only where they are rounded towards 0."""
    check_broadcast(call)
    if call.value(0).dtype.kind == "i" and call.flag("m_pythondiv", "true"):
        raise UnsupportedError("a division of signed integers that is rounded down")
    return str(call.emit("Div", *call.names()))


def modulo(call: Call) -> Built:
    """The remainder with the sign of the dividend."""
    check_broadcast(call)
    return str(call.emit("Mod", *call.names(), fmod=1))


def floor_modulo(call: Call) -> Built:
    """The remainder with the sign of the divisor."""
    check_broadcast(call)
    if call.value(0).dtype.kind in "iu":
        return str(call.emit("Mod", *call.names()))
    a, b = call.names()
    whole = call.emit("Floor", call.emit("Div", a, b))
    return str(call.emit("Sub", a, call.emit("Mul", whole, b)))


def squared_difference(call: Call) -> Built:
    """The square of a difference."""
    check_broadcast(call)
    difference = call.emit("Sub", *call.names())
    return str(call.emit("Mul", difference, difference))


def not_equal(call: Call) -> Built:
    """The opposite of Equal."""
    return str(call.emit("Not", str(same("Equal", call))))


def rounding(call: Call) -> Built:
    """To the nearest integer, halves to the even one."""
    call.choice("mode", "half_to_even", "half_to_even")
    return str(call.emit("Round", call.name(0)))


def shift(direction: str, call: Call) -> Built:
    """A shift of bits, of unsigned integers."""
    check_broadcast(call)
    if call.value(0).dtype.kind != "u":
        raise UnsupportedError(f"a shift of {call.value(0).dtype}, wanted unsigned integers")
    return str(call.emit("BitShift", *call.names(), direction=direction))


BUILDERS: Mapping[str, Callable[[Call], Built]] = {
    "Add": add,
    "BitwiseLeftShift": partial(shift, "LEFT"),
    "BitwiseRightShift": partial(shift, "RIGHT"),
    "Divide": divide,
    "FloorMod": floor_modulo,
    "Mod": modulo,
    "Multiply": multiply,
    "NotEqual": not_equal,
    "Round": rounding,
    "SquaredDifference": squared_difference,
    "Subtract": subtract,
}
