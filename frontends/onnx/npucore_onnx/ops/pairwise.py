# SPDX-License-Identifier: MIT
"""Functions of two numbers at the same place."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from npucore.ops import Pairwise, PairwiseFunction
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value

BOOL = np.dtype(np.bool_)


def pairwise(
    function: PairwiseFunction, dtype: np.dtype[np.generic] | None = None
) -> Callable[[Node], Value]:
    """A builder for *function*."""

    def build(node: Node) -> Value:
        return joined(node, node.value(0), node.value(1), function, dtype)

    build.__doc__ = f"The function `{function}`; operands are broadcast"
    return build


def joined(
    node: Node,
    left: Value,
    right: Value,
    function: PairwiseFunction,
    dtype: np.dtype[np.generic] | None = None,
) -> Value:
    """*function* of two values, which are broadcast."""
    (a, b), order = node.alike(left, right)
    return node.emit(Pairwise, order, dtype=dtype, a=a, b=b, function=function)


def mod(node: Node) -> Value:
    """The remainder with the sign of the divisor, or with that of the dividend (fmod)."""
    fmod = bool(node.integer("fmod", 0))
    chosen = PairwiseFunction.REMAINDER if fmod else PairwiseFunction.FLOOR_MOD
    return joined(node, node.value(0), node.value(1), chosen)


def bit_shift(node: Node) -> Value:
    """The functions `shift_left` and `shift_right`."""
    direction = node.text("direction")
    node.require(direction in ("LEFT", "RIGHT"), f"a direction {direction!r}")
    left = direction == "LEFT"
    chosen = PairwiseFunction.SHIFT_LEFT if left else PairwiseFunction.SHIFT_RIGHT
    return joined(node, node.value(0), node.value(1), chosen)


def greater_or_equal(node: Node) -> Value:
    """The function `less_equal`, the operands exchanged."""
    return joined(node, node.value(1), node.value(0), PairwiseFunction.LESS_EQUAL, BOOL)


OPERATORS: Operators = {
    "BitShift": bit_shift,
    "BitwiseAnd": pairwise(PairwiseFunction.BITWISE_AND),
    "BitwiseOr": pairwise(PairwiseFunction.BITWISE_OR),
    "BitwiseXor": pairwise(PairwiseFunction.BITWISE_XOR),
    "GreaterOrEqual": greater_or_equal,
    "LessOrEqual": pairwise(PairwiseFunction.LESS_EQUAL, BOOL),
    "Mod": mod,
}
