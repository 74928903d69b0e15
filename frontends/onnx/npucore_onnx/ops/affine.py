# SPDX-License-Identifier: MIT
"""QuantizeLinear and DequantizeLinear in real numbers.

For what no op takes as it is: scales along an axis or for blocks, scales that are computed,
integers of 16 and of 4 bits. The stored integers are then plain numbers.

Source: ONNX operator schemas QuantizeLinear, DequantizeLinear.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from npucore.ops import Add, Cast, Div, Maximum, Minimum, Mul, Op, Round, Subtract
from npucore.tensor import Array, Shape, Tensor
from npucore_onnx.constants import NIBBLE_RANGES
from npucore_onnx.model import DTYPES
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value

BITS = "npucore.bits"  # attribute: the type of the stored integers, if their dtype is wider
REAL = np.dtype(np.float32)
GENERALLY = "npucore"
"""The domain of operators that this frontend has put in the place of others."""
FUNCTIONS: Mapping[type[Op], Callable[..., Any]] = {
    Subtract: np.subtract,
    Mul: np.multiply,
    Add: np.add,
    Div: np.divide,
}


def dequantize_generally(node: Node) -> Value:
    """``(x - zero_point) * scale`` in float32."""
    value = node.value(0)
    real = _cast(node, value, REAL)
    if node.optional(2) is not None:
        real = _joined(node, Subtract, real, _cast(node, _spread(node, 2, value.shape), REAL))
    return _joined(node, Mul, real, _cast(node, _spread(node, 1, value.shape), REAL))


def quantize_generally(node: Node) -> Value:
    """``clamp(round(x / scale) + zero_point)``, halves to even, as plain integers."""
    value = node.value(0)
    dtype, low, high = _stored(node)
    scale = _cast(node, _spread(node, 1, value.shape), value.dtype)
    divided = _joined(node, Div, value, scale)
    if divided.data is not None and all(v is None or v.data is not None for v in node.operands):
        return _stored_constant(node, divided.data, dtype, low, high)
    real = node.emit(Round, divided.order, input=divided.tensor)
    if node.optional(2) is not None:
        zero = _cast(node, _spread(node, 2, value.shape), value.dtype)
        real = _joined(node, Add, real, zero)
    above = node.emit(Maximum, real.order, a=real.tensor, b=node.number(low, real.tensor))
    inside = node.emit(Minimum, real.order, a=above.tensor, b=node.number(high, above.tensor))
    return _cast(node, inside, dtype)


def _stored_constant(node: Node, units: Array, dtype: np.dtype[Any], low: int, high: int) -> Value:
    """Weights that were quantized in training, stored when the file is read."""
    zero = 0 if node.optional(2) is None else _spread(node, 2, units.shape).data
    data = np.clip(np.rint(units) + zero, low, high).astype(dtype)
    return Value.of(Tensor(node.label, data.shape, dtype, None, data))


def _stored(node: Node) -> tuple[np.dtype[Any], int, int]:
    """The dtype of the result, its least and its largest number."""
    number = node.integer(BITS, 0) or node.integer("output_dtype", 0)
    if number in NIBBLE_RANGES:
        low, high = NIBBLE_RANGES[number]
        return np.dtype(np.int8 if low < 0 else np.uint8), low, high
    zero = node.optional(2)
    dtype = np.dtype(DTYPES.get(number, np.uint8)) if zero is None else zero.dtype
    if dtype.kind not in "iu":
        node.unsupported(f"stored numbers of {dtype}")
    info = np.iinfo(dtype)
    return dtype, int(info.min), int(info.max)


def _spread(node: Node, position: int, shape: Shape) -> Value:
    """A scale or zero point as it meets the elements: per tensor, along an axis, or for blocks."""
    value = node.value(position)
    if value.rank == 0 or (value.rank == 1 and value.shape[0] == 1 and not node.has("block_size")):
        return Value.of(node.assembly.reshaped(node.tensor(position), ()))
    axis = node.axis(node.integer("axis", 1), max(len(shape), 1))
    if block := node.integer("block_size", 0):
        return _repeated(node, position, shape, axis, block)
    node.require(value.shape == (shape[axis],), f"{value.shape} scales for axis {axis} of {shape}")
    wide = (shape[axis], *[1] * (len(shape) - axis - 1))
    return Value.of(node.assembly.reshaped(node.tensor(position), wide))


def _repeated(node: Node, position: int, shape: Shape, axis: int, block: int) -> Value:
    data: Array = node.constant(position)
    wanted = tuple(-(-n // block) if a == axis else n for a, n in enumerate(shape))
    node.require(data.shape == wanted, f"{data.shape} scales for blocks of {block} in {shape}")
    node.reserve(2 * math.prod(shape) + block * data.size)
    whole = np.repeat(data, block, axis)
    cut = tuple(slice(0, n) for n in shape)
    data = np.ascontiguousarray(whole[cut])
    return Value.of(Tensor(f"{node.label}/blocks", data.shape, data.dtype, None, data))


def _cast(node: Node, value: Value, dtype: np.dtype[Any]) -> Value:
    if value.dtype == dtype:
        return value
    if value.data is not None:
        data = value.data.astype(dtype)
        return Value.of(Tensor(value.tensor.name, data.shape, dtype, None, data))
    return node.emit(Cast, value.order, dtype=dtype, input=value.tensor)


def _joined(node: Node, kind: type[Op], left: Value, right: Value) -> Value:
    (a, b), order = node.alike(left, right)
    if a.data is not None and b.data is not None:
        node.reserve(2 * a.elements)
        return Value(_folded(kind, a, b), order)
    return node.emit(kind, order, a=a, b=b)


def _folded(kind: type[Op], a: Tensor, b: Tensor) -> Tensor:
    """Constants are joined at once: these are weights."""
    function = FUNCTIONS[kind]
    data: Array = np.array(function(np.asarray(a.data), np.asarray(b.data)), order="C")
    return Tensor(a.name, data.shape, data.dtype, None, data)


OPERATORS: Operators = {
    f"{GENERALLY}.DequantizeLinear": dequantize_generally,
    f"{GENERALLY}.QuantizeLinear": quantize_generally,
}
