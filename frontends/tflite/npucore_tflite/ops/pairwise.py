# SPDX-License-Identifier: MIT
"""ATAN2, BITWISE_XOR, FLOOR_MOD, NOT_EQUAL, LESS_EQUAL, RIGHT_SHIFT and their kin."""

from __future__ import annotations

from collections.abc import Callable

from npucore.ops import Pairwise, PairwiseFunction
from npucore_tflite.node import Node


def pairwise(function: PairwiseFunction, *, exchanged: bool = False) -> Callable[[Node], Pairwise]:
    """A builder for *function*; with *exchanged* operands GREATER_EQUAL is LESS_EQUAL."""

    def build(node: Node) -> Pairwise:
        a, b = node.alike(node.input(0), node.input(1))
        if exchanged:
            a, b = b, a
        return node.make(Pairwise, a=a, b=b, function=function)

    return build
