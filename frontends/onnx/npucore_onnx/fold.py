# SPDX-License-Identifier: MIT
"""What depends on shapes and constants alone, computed while the file is read.

Operators that only look at constants in another way (Reshape, Transpose ...) need nothing here:
their builders give a constant back.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping

import numpy as np

from npucore.tensor import Array, Shape, Tensor
from npucore_onnx.constants import check_size, constant_of, read_tensor
from npucore_onnx.halves import computed, widened
from npucore_onnx.model import DTYPES, dtype_of
from npucore_onnx.node import Node
from npucore_onnx.ops.strided_slice import slices
from npucore_onnx.value import Value

Folder = Callable[..., Array | tuple[Array, ...]]


def fold(node: Node) -> tuple[Value, ...] | None:
    """The results as constants, or None if they are not known yet."""
    record = node.record
    if record.domain:
        return None
    if record.operator in KNOWN:
        return _values(node, KNOWN[record.operator](node))
    folder = FOLDERS.get(record.operator)
    if folder is None or any(v is not None and v.data is None for v in node.operands):
        return None
    arrays = [None if v is None else v.data for v in node.operands]
    try:
        with np.errstate(all="ignore"):
            return _values(node, folder(node, *arrays))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        node.invalid(str(error))


def _values(node: Node, results: Array | tuple[Array, ...]) -> tuple[Value, ...]:
    if not isinstance(results, tuple):
        results = (results,)
    values = []
    for number, result in enumerate(results):
        array = widened(np.asarray(result))
        if array.dtype.type not in DTYPES.values():
            node.unsupported(f"numbers of {array.dtype}")
        name = node.result_name(number)
        check_size(array.shape, array.dtype, name)
        values.append(Value.of(Tensor(name, array.shape, array.dtype, None, array)))
    return tuple(values)


def _shape(node: Node) -> Array:
    value = node.value(0)
    begin = node.integer("start", 0) if node.has("start") else None
    end = node.integer("end", 0) if node.has("end") else None
    return np.array(value.shape[begin:end], np.int64)


def _elementwise(function: Callable[..., Array]) -> Folder:
    def folder(node: Node, *arrays: Array) -> Array:
        shape = np.broadcast_shapes(*(array.shape for array in arrays))
        check_size(shape, np.dtype(np.float64), node.label)
        return function(*arrays)

    return folder


def _chain(function: Callable[[Array, Array], Array]) -> Folder:
    return _elementwise(lambda *arrays: functools.reduce(function, arrays))


def _like_first(function: Callable[..., Array]) -> Folder:
    return _elementwise(lambda *arrays: np.asarray(function(*arrays)).astype(arrays[0].dtype))


def _div(a: Array, b: Array) -> Array:
    """Integers are divided towards 0."""
    if a.dtype.kind == "f":
        return np.asarray(a / b)
    if not np.asarray(b).all():
        raise ZeroDivisionError("a division of integers by 0")
    quotient = np.abs(a) // np.abs(b) * np.sign(a) * np.sign(b)
    return np.asarray(quotient).astype(a.dtype)


def _reduction(function: Callable[..., Array]) -> Folder:
    def folder(node: Node, x: Array, *_: Array) -> Array:
        since = 13 if node.record.operator == "ReduceSum" else 18
        axes = node.integers_of("axes", 1, since)
        if not axes and node.integer("noop_with_empty_axes", 0):
            return x
        chosen = node.axes(axes, x.ndim) if axes else None
        reduced = function(x, axis=chosen, keepdims=bool(node.integer("keepdims", 1)))
        return np.asarray(reduced).astype(x.dtype)

    return folder


def _concat(node: Node, *arrays: Array) -> Array:
    return np.concatenate(arrays, axis=node.integer("axis"))


def _slice(node: Node, x: Array, *_: Array) -> Array:
    begins, sizes, steps = slices(node, node.value(0))
    for axis, (begin, size, step) in enumerate(zip(begins, sizes, steps, strict=True)):
        x = np.take(x, begin + step * np.arange(size), axis=axis)
    return x


def _gather(node: Node, x: Array, indices: Array) -> Array:
    axis = node.integer("axis", 0)
    shape = (*x.shape[:axis], *indices.shape, *x.shape[axis:][1:])
    check_size(shape, x.dtype, node.label)
    return np.asarray(np.take(x, indices, axis=axis))


def _split(node: Node, x: Array, *_: Array) -> tuple[Array, ...]:
    axis = node.axis(node.integer("axis", 0), x.ndim)
    count = node.integer("num_outputs", len(node.record.results))
    sizes = node.integers_of("split", 1, 13)
    if sizes is None:
        each = -(-x.shape[axis] // max(count, 1))
        sizes = [each] * (count - 1)
    node.require(min(sizes, default=0) >= 0 and count < 1 << 16, f"sizes {sizes}")
    parts = np.split(x, np.cumsum(sizes)[: len(node.record.results) - 1], axis=axis)
    return tuple(parts)


def _cast(node: Node, x: Array) -> Array:
    dtype = dtype_of(node.integer("to"), f"{node.record.where}: its result")
    return x.astype(dtype).astype(computed(dtype))


def _range(node: Node, start: Array, limit: Array, delta: Array) -> Array:
    count = max(math.ceil((limit.item() - start.item()) / delta.item()), 0)
    check_size((count,), start.dtype, node.label)
    return np.asarray(start.item() + np.arange(count) * delta.item()).astype(start.dtype)


def _filled(node: Node, shape: Array) -> Array:
    value = node.record.attributes.get("value")
    fill = np.zeros(1, np.float32) if value is None else read_tensor(value)
    node.require(fill.size >= 1, "a value of no elements")
    wanted: Shape = tuple(int(size) for size in shape.reshape(-1))
    check_size(wanted, fill.dtype, node.label)
    return np.broadcast_to(fill.reshape(-1)[0], wanted)


def _eye(node: Node, x: Array) -> Array:
    dtype = dtype_of(node.integer("dtype"), node.label) if node.has("dtype") else x.dtype
    node.require(x.ndim == 2, f"an identity of shape {x.shape}")
    eye: Array = np.eye(x.shape[0], x.shape[1], node.integer("k", 0), dtype)
    return eye


def _tile(node: Node, x: Array, repeats: Array) -> Array:
    counts = [int(count) for count in repeats]
    shape = tuple(n * count for n, count in zip(x.shape, counts, strict=True))
    check_size(shape, x.dtype, node.label)
    return np.tile(x, counts)


def _dequantize(node: Node, x: Array) -> Array:
    """Source: ONNX operator schema DequantizeLinear: ``(x - zero_point) * scale`` in float32."""
    q = node.value(0).tensor.q
    shape = [1] * x.ndim
    if q.axis is not None:
        shape[q.axis] = -1
    centred = x.astype(np.int64) - (q.zero_point.reshape(shape) if shape else q.zero_point)
    scale = q.scale.reshape(shape) if shape else q.scale
    return np.asarray(centred.astype(np.float32) * scale)


def _quantize(node: Node, x: Array) -> Array:
    if node.stored is None:
        node.invalid("no scale")
    quantization, dtype = node.stored
    shape = [1] * x.ndim
    if quantization.axis is not None:
        shape[quantization.axis] = -1
    scale, zero = quantization.scale.reshape(shape), quantization.zero_point.reshape(shape)
    info = np.iinfo(dtype)
    stored = np.nan_to_num(np.rint(x / scale)) + zero
    return np.clip(stored, info.min, info.max).astype(dtype)


KNOWN: Mapping[str, Callable[[Node], Array]] = {
    "Constant": lambda node: constant_of(node.record),
    "Shape": _shape,
    "Size": lambda node: np.array(math.prod(node.value(0).shape), np.int64),
}
"""Operators whose result is known as soon as their operands' shapes are."""

FOLDERS: Mapping[str, Folder] = {
    "Abs": _elementwise(np.abs),
    "Add": _elementwise(np.add),
    "And": _elementwise(np.logical_and),
    "Cast": _cast,
    "CastLike": lambda node, x, like: x.astype(like.dtype),
    "Ceil": _elementwise(np.ceil),
    "Concat": _concat,
    "ConstantOfShape": _filled,
    "Cos": _elementwise(np.cos),
    "DequantizeLinear": _dequantize,
    "Div": _elementwise(_div),
    "Equal": _elementwise(np.equal),
    "Exp": _elementwise(np.exp),
    "EyeLike": _eye,
    "Floor": _elementwise(np.floor),
    "Gather": _gather,
    "Greater": _elementwise(np.greater),
    "GreaterOrEqual": _elementwise(np.greater_equal),
    "Less": _elementwise(np.less),
    "LessOrEqual": _elementwise(np.less_equal),
    "Log": _elementwise(np.log),
    "Max": _chain(np.maximum),
    "Min": _chain(np.minimum),
    "Mod": lambda node, a, b: np.fmod(a, b) if node.integer("fmod", 0) else np.mod(a, b),
    "Mul": _elementwise(np.multiply),
    "Neg": _elementwise(np.negative),
    "NonZero": lambda node, x: np.array(np.nonzero(x), np.int64),
    "Not": _elementwise(np.logical_not),
    "Or": _elementwise(np.logical_or),
    "Pow": _like_first(np.power),
    "QuantizeLinear": _quantize,
    "Range": _range,
    "Reciprocal": _elementwise(np.reciprocal),
    "ReduceMax": _reduction(np.max),
    "ReduceMin": _reduction(np.min),
    "ReduceProd": _reduction(np.prod),
    "ReduceSum": _reduction(np.sum),
    "Round": _elementwise(np.rint),
    "Sin": _elementwise(np.sin),
    "Slice": _slice,
    "Split": _split,
    "Sqrt": _elementwise(np.sqrt),
    "Sub": _elementwise(np.subtract),
    "Tile": _tile,
    "Where": _elementwise(np.where),
    "Xor": _elementwise(np.logical_xor),
}
"""Operators that are computed if all their operands are constant."""
