# SPDX-License-Identifier: MIT
"""BatchNormalization."""

from __future__ import annotations

import numpy as np

from npucore.ops import Add, Mul, Op
from npucore.tensor import Array, Tensor
from npucore_onnx.node import Node, Operators
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


OPERATORS: Operators = {"BatchNormalization": batch_normalization}
