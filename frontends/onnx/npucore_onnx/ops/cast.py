# SPDX-License-Identifier: MIT
"""Cast, and CastLike."""

from __future__ import annotations

from npucore.ops import Cast
from npucore_onnx.halves import computed
from npucore_onnx.model import dtype_of
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value


def cast(node: Node) -> Value:
    """Read the operator."""
    value = node.value(0)
    dtype = computed(dtype_of(node.integer("to"), f"{node.record.where}: its result"))
    if value.dtype == dtype:
        return value
    return node.emit(Cast, value.order, dtype=dtype, input=value.tensor)


def cast_like(node: Node) -> Value:
    """To the dtype of the second operand."""
    value, dtype = node.value(0), node.value(1).dtype
    if value.dtype == dtype:
        return value
    return node.emit(Cast, value.order, dtype=dtype, input=value.tensor)


OPERATORS: Operators = {
    "Cast": cast,
    "CastLike": cast_like,
}
