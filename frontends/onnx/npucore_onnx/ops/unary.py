# SPDX-License-Identifier: MIT
"""Operators of one operand and no attributes, each an op that means the same."""

from __future__ import annotations

from npucore.ops import Absolute, Erf, Exp, HSwish, Log, Logistic, Op, Round, Sqrt, Tanh
from npucore_onnx.node import Builder, Node, Operators
from npucore_onnx.value import Value


def unary(kind: type[Op]) -> Builder:
    """A builder for ops of that *kind*."""

    def build(node: Node) -> Value:
        """Read the operator."""
        value = node.value(0)
        return node.emit(kind, value.order, input=value.tensor)

    return build


OPERATORS: Operators = {
    "Abs": unary(Absolute),
    "Erf": unary(Erf),
    "Exp": unary(Exp),
    "HardSwish": unary(HSwish),
    "Log": unary(Log),
    "Round": unary(Round),
    "Sigmoid": unary(Logistic),
    "Sqrt": unary(Sqrt),
    "Tanh": unary(Tanh),
}
