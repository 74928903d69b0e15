# SPDX-License-Identifier: MIT
"""Operators of one operand and no options, each an op that means the same."""

from __future__ import annotations

from npucore.ops import (
    Absolute,
    Exp,
    Floor,
    HSwish,
    Log,
    Logistic,
    Op,
    Round,
    Rsqrt,
    Sqrt,
    Tanh,
)
from npucore_tflite.node import Builder, Node, Operators


def unary(kind: type[Op]) -> Builder:
    """A builder for ops of that *kind*."""

    def build(node: Node) -> Op:
        return node.make(kind, input=node.input(0))

    build.__annotations__["return"] = kind.__name__  # what the page of ops shows
    return build


OPERATORS: Operators = {
    "ABS": unary(Absolute),
    "EXP": unary(Exp),
    "FLOOR": unary(Floor),
    "HARD_SWISH": unary(HSwish),
    "LOG": unary(Log),
    "LOGISTIC": unary(Logistic),
    "ROUND": unary(Round),
    "RSQRT": unary(Rsqrt),
    "SQRT": unary(Sqrt),
    "TANH": unary(Tanh),
}
