# SPDX-License-Identifier: MIT
"""BatchNormalization, and InstanceNormalization."""

from __future__ import annotations

import numpy as np

from npucore.ops import Add, Mean, Mul, Op, Rsqrt, Subtract
from npucore.tensor import Array, Tensor
from npucore_onnx.node import Node
from npucore_onnx.value import Value


def batch_normalization(node: Node) -> Value:
    """A multiplication and an addition of constants; a convolution before them takes them in."""
    if node.integer("training_mode", 0) or node.wants(1):
        node.unsupported("training")
    scale, bias, mean, variance = (node.constant(p).astype(np.float64) for p in range(1, 5))
    with np.errstate(all="ignore"):
        factor = scale / np.sqrt(variance + node.real("epsilon", 1e-5))
        offset = bias - mean * factor
    return _affine(node, node.value(0), factor, offset)


def instance_normalization(node: Node) -> Value:
    """Centred and scaled by the mean and variance over rows and columns."""
    value = node.value(0)
    if value.rank < 3:
        node.unsupported(f"an operand of shape {value.shape}")
    axes = tuple(sorted(value.order[2:]))
    mean = _joined(node, Subtract, value, _mean(node, value, axes))
    squares = node.emit(Mul, mean.order, a=mean.tensor, b=mean.tensor)
    variance = _mean(node, squares, axes)
    epsilon = node.number(node.real("epsilon", 1e-5), variance.tensor)
    positive = node.emit(Add, variance.order, a=variance.tensor, b=epsilon)
    root = node.emit(Rsqrt, variance.order, input=positive.tensor)
    normal = _joined(node, Mul, mean, root)
    return _affine(node, normal, node.constant(1), node.constant(2))


def _mean(node: Node, value: Value, axes: tuple[int, ...]) -> Value:
    return node.emit(Mean, value.order, input=value.tensor, axes=axes, keep_axes=True)


def _joined(node: Node, kind: type[Op], left: Value, right: Value) -> Value:
    (a, b), order = node.alike(left, right)
    return node.emit(kind, order, a=a, b=b)


def _affine(node: Node, value: Value, factor: Array, offset: Array) -> Value:
    """``value * factor + offset``, one number for each channel."""
    channels = value.shape[1] if value.rank > 1 else 1
    if factor.shape != offset.shape or factor.shape != (channels,):
        node.invalid(f"{factor.size} factors and {offset.size} offsets for {channels} channels")
    scaled = _joined(node, Mul, value, _per_channel(node, factor, value))
    return _joined(node, Add, scaled, _per_channel(node, offset, value))


def _per_channel(node: Node, numbers: Array, value: Value) -> Value:
    shape = (len(numbers), *[1] * (value.rank - 2))
    data = numbers.astype(value.dtype).reshape(shape if value.rank > 1 else (1,))
    return Value.of(Tensor(f"{node.label}/constant", data.shape, data.dtype, None, data))
