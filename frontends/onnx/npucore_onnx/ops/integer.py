# SPDX-License-Identifier: MIT
"""Plain bytes with a zero point: the operands of ConvInteger and MatMulInteger."""

from __future__ import annotations

import dataclasses

import numpy as np

from npucore.tensor import Quantization
from npucore_onnx.node import Node
from npucore_onnx.value import Value


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
