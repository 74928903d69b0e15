# SPDX-License-Identifier: MIT
"""CEIL, COS, ELU, NEG, SIGN, SIN, and RELU_0_TO_1."""

from __future__ import annotations

from collections.abc import Callable

from npucore.ops import Maximum, Minimum, Op, Pointwise, PointwiseFunction
from npucore_tflite.node import Node, Operators


def pointwise(function: PointwiseFunction) -> Callable[[Node], Pointwise]:
    """A builder for *function*."""

    def build(node: Node) -> Pointwise:
        q, r = node.input(0).quantization, node.output.quantization
        if function is PointwiseFunction.NEGATIVE and q is not None and r is not None:
            symmetric = not (q.zero_point.any() or r.zero_point.any())
            if not (symmetric and q.same_as(r)):
                node.unsupported("stored integers: TFLite negates them whatever they stand for")
        return node.make(Pointwise, input=node.input(0), function=function)

    return build


def relu_0_to_1(node: Node) -> Op:
    """RELU_0_TO_1 of floats."""
    x = node.input(0)
    if x.dtype.kind != "f":
        node.unsupported(f"a clamp from 0 to 1 of {x.dtype}")
    positive = node.emit(Maximum, "positive", a=x, b=node.number(0, x))
    return node.make(Minimum, a=positive, b=node.number(1, positive))


OPERATORS: Operators = {
    "CEIL": pointwise(PointwiseFunction.CEIL),
    "COS": pointwise(PointwiseFunction.COS),
    "ELU": pointwise(PointwiseFunction.ELU),
    "NEG": pointwise(PointwiseFunction.NEGATIVE),
    "RELU_0_TO_1": relu_0_to_1,
    "SIGN": pointwise(PointwiseFunction.SIGN),
    "SIN": pointwise(PointwiseFunction.SIN),
}
