# SPDX-License-Identifier: MIT
"""ATAN2, BITWISE_XOR, FLOOR_MOD, NOT_EQUAL, LESS_EQUAL, RIGHT_SHIFT and their kin."""

from __future__ import annotations

from collections.abc import Callable

from npucore.ops import Pairwise, PairwiseFunction
from npucore_tflite.node import Node, Operators


def pairwise(function: PairwiseFunction, *, exchanged: bool = False) -> Callable[[Node], Pairwise]:
    """A builder for *function*; with *exchanged* operands GREATER_EQUAL is LESS_EQUAL."""

    def build(node: Node) -> Pairwise:
        a, b = node.alike(node.input(0), node.input(1))
        if exchanged:
            a, b = b, a
        return node.make(Pairwise, a=a, b=b, function=function)

    return build


OPERATORS: Operators = {
    "ATAN2": pairwise(PairwiseFunction.ATAN2),
    "BITWISE_XOR": pairwise(PairwiseFunction.BITWISE_XOR),
    "FLOOR_MOD": pairwise(PairwiseFunction.FLOOR_MOD),
    "GREATER_EQUAL": pairwise(PairwiseFunction.LESS_EQUAL, exchanged=True),
    "LESS_EQUAL": pairwise(PairwiseFunction.LESS_EQUAL),
    "LOGICAL_AND": pairwise(PairwiseFunction.BITWISE_AND),
    "LOGICAL_OR": pairwise(PairwiseFunction.BITWISE_OR),
    "NOT_EQUAL": pairwise(PairwiseFunction.NOT_EQUAL),
    "RIGHT_SHIFT": pairwise(PairwiseFunction.SHIFT_RIGHT),
    "SQUARED_DIFFERENCE": pairwise(PairwiseFunction.SQUARED_DIFFERENCE),
    "STABLEHLO_SHIFT_LEFT": pairwise(PairwiseFunction.SHIFT_LEFT),
}
