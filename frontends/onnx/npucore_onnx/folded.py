# SPDX-License-Identifier: MIT
"""Operators of constant arrays, computed while a file is read."""

from __future__ import annotations

import math

import numpy as np

from npucore.tensor import Array, Shape
from npucore_onnx.constants import check_size, constant_of, read_tensor
from npucore_onnx.halves import computed
from npucore_onnx.model import dtype_of
from npucore_onnx.node import Node
from npucore_onnx.ops.strided_slice import slices


def constant(node: Node) -> Array:
    data = constant_of(node.record)
    node.reserve(data.size)  # a function's constant is read with every call
    return data


def shape(node: Node) -> Array:
    value = node.value(0)
    begin = node.integer("start", 0) if node.has("start") else None
    end = node.integer("end", 0) if node.has("end") else None
    return np.array(value.shape[begin:end], np.int64)


def div(a: Array, b: Array) -> Array:
    """Integers are divided towards 0."""
    if a.dtype.kind == "f":
        return np.asarray(a / b)
    if not np.asarray(b).all():
        raise ZeroDivisionError("a division of integers by 0")
    quotient = np.abs(a) // np.abs(b) * np.sign(a) * np.sign(b)
    return np.asarray(quotient).astype(a.dtype)


def concat(node: Node, *arrays: Array) -> Array:
    return np.concatenate(arrays, axis=node.integer("axis"))


def sliced(node: Node, x: Array, *_: Array) -> Array:
    ranges = []
    for begin, size, step in zip(*slices(node, node.value(0)), strict=True):
        end = begin + size * step
        ranges.append(slice(begin, end if end >= 0 else None, step) if size else slice(0))
    return x[tuple(ranges)]


def gathered(node: Node, x: Array, indices: Array) -> int:
    axis = node.axis(node.integer("axis", 0), max(x.ndim, 1))
    shape: Shape = (*x.shape[:axis], *indices.shape, *x.shape[axis:][1:])
    return indices.size + math.prod(shape)


def gather(node: Node, x: Array, indices: Array) -> Array:
    return np.asarray(np.take(x, indices, axis=node.integer("axis", 0)))


def split(node: Node, x: Array, *_: Array) -> tuple[Array, ...]:
    axis = node.axis(node.integer("axis", 0), x.ndim)
    count = node.integer("num_outputs", len(node.record.results))
    node.require(count < 1 << 16, f"{count} pieces")
    sizes = node.integers_of("split", 1, 13)
    if sizes is None:
        each = -(-x.shape[axis] // max(count, 1))
        sizes = [each] * (count - 1)
    node.require(min(sizes, default=0) >= 0, f"sizes {sizes}")
    parts = np.split(x, np.cumsum(sizes)[: len(node.record.results) - 1], axis=axis)
    return tuple(parts)


def cast(node: Node, x: Array) -> Array:
    dtype = dtype_of(node.integer("to"), f"{node.record.where}: its result")
    return x.astype(dtype).astype(computed(dtype))


def steps(_: Node, start: Array, limit: Array, delta: Array) -> int:
    ratio: float = (limit.item() - start.item()) / delta.item()
    return max(math.ceil(ratio), 0)


def counted_up(node: Node, start: Array, limit: Array, delta: Array) -> Array:
    count = steps(node, start, limit, delta)
    return np.asarray(start.item() + np.arange(count) * delta.item()).astype(start.dtype)


def filled(node: Node, shape: Array) -> Array:
    value = node.record.attributes.get("value")
    fill = np.zeros(1, np.float32) if value is None else read_tensor(value)
    node.require(fill.size >= 1, "a value of no elements")
    wanted: Shape = tuple(int(size) for size in shape.reshape(-1))
    check_size(wanted, fill.dtype, node.label)
    return np.broadcast_to(fill.reshape(-1)[0], wanted)


def eye(node: Node, x: Array) -> Array:
    dtype = dtype_of(node.integer("dtype"), node.label) if node.has("dtype") else x.dtype
    node.require(x.ndim == 2, f"an identity of shape {x.shape}")
    made: Array = np.eye(x.shape[0], x.shape[1], node.integer("k", 0), dtype)
    return made


def tiled(_: Node, x: Array, repeats: Array) -> int:
    sizes = [n * int(count) for n, count in zip(x.shape, repeats, strict=True)]
    elements: int = math.prod(sizes)
    return 2 * elements


def tile(node: Node, x: Array, repeats: Array) -> Array:
    return np.tile(x, [int(count) for count in repeats])


def dequantize(node: Node, x: Array) -> Array:
    """Source: ONNX operator schema DequantizeLinear: ``(x - zero_point) * scale`` in float32."""
    q = node.value(0).tensor.q
    shape = [1] * x.ndim
    if q.axis is not None:
        shape[q.axis] = -1
    centred = x.astype(np.int64) - (q.zero_point.reshape(shape) if shape else q.zero_point)
    scale = q.scale.reshape(shape) if shape else q.scale
    return np.asarray(centred.astype(np.float32) * scale)


def quantize(node: Node, x: Array) -> Array:
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
