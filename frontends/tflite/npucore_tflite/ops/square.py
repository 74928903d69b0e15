# SPDX-License-Identifier: MIT
"""SQUARE, and ADD_N."""

from __future__ import annotations

from npucore.ops import Add, Mul, Op
from npucore_tflite.node import Node, Operators


def square(node: Node) -> Mul:
    """SQUARE: the operand times itself."""
    return node.make(Mul, a=node.input(0), b=node.input(0))


def add_n(node: Node) -> Op:
    """ADD_N: additions one after the other."""
    first, *others = node.all_inputs()
    total = first
    for number, other in enumerate(others):
        total = node.emit(Add, f"sum{number}", a=total, b=other)
    return node.finish(total)


OPERATORS: Operators = {
    "ADD_N": add_n,
    "SQUARE": square,
}
