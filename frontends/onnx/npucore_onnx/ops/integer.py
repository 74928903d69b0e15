# SPDX-License-Identifier: MIT
"""Plain bytes with a zero point: the operands of ConvInteger and MatMulInteger."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from npucore.ops import Cast, Subtract
from npucore.tensor import Quantization
from npucore_onnx.node import Node
from npucore_onnx.value import Value


def is_constant_zero(node: Node, *positions: int) -> bool:
    """Whether the zero points at *positions* are constant, or left out."""
    values = [node.optional(position) for position in positions]
    return all(value is None or value.data is not None for value in values)


def centred(node: Node, position: int, zero_position: int, dtype: np.dtype[Any]) -> Value:
    """An operand minus its zero point, which may be computed, as floats of *dtype*."""
    value = node.value(position)
    real = node.emit(Cast, value.order, dtype=dtype, input=value.tensor)
    zero = node.optional(zero_position)
    if zero is None:
        return real
    offset = node.emit(Cast, zero.order, dtype=dtype, input=zero.tensor)
    (a, b), order = node.alike(real, offset)
    return node.emit(Subtract, order, a=a, b=b)


def plain_bytes(node: Node, position: int, zero_position: int, axis: int | None = None) -> Value:
    """An operand in a unit of 1, with the zero point (along *axis*, several) of another operand."""
    value = node.value(position)
    zero = np.zeros((), np.int64)
    if node.optional(zero_position) is not None:
        zero = node.constant(zero_position).astype(np.int64)
    if zero.size == 1:
        meaning = Quantization(np.ones((), np.float32), zero.reshape(()))
    elif axis is None or zero.ndim != 1:
        node.unsupported(f"zero points of shape {zero.shape}")
    else:
        meaning = Quantization(np.ones(zero.shape, np.float32), zero, axis)
    if value.data is not None:
        tensor = dataclasses.replace(node.tensor(position), quantization=meaning)
        return Value.of(tensor)
    return Value(node.assembly.requantized(value.tensor, meaning), value.order)
