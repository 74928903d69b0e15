# SPDX-License-Identifier: MIT
"""Functions of one number and of two that TFLite has an operator for."""

from __future__ import annotations

from npucore.ops import Pairwise, PairwiseFunction, Pointwise, PointwiseFunction
from npucore_tflite.writing.forms import Forms, Spec, Written
from npucore_tflite.writing.spec import OperatorSpec

POINTWISE = {
    PointwiseFunction.CEIL: "CEIL",
    PointwiseFunction.COS: "COS",
    PointwiseFunction.NEGATIVE: "NEG",
    PointwiseFunction.SIGN: "SIGN",
    PointwiseFunction.SIN: "SIN",
}
PAIRWISE = {
    PairwiseFunction.BITWISE_XOR: "BITWISE_XOR",
    PairwiseFunction.FLOOR_MOD: "FLOOR_MOD",
    PairwiseFunction.LESS_EQUAL: "LESS_EQUAL",
    PairwiseFunction.NOT_EQUAL: "NOT_EQUAL",
    PairwiseFunction.SQUARED_DIFFERENCE: "SQUARED_DIFFERENCE",
}


def pointwise(op: Pointwise, spec: Spec) -> Written:
    """ELU has no factor in TFLite."""
    name = POINTWISE.get(op.function)
    if op.function is PointwiseFunction.ELU and op.alpha == 1:
        name = "ELU"
    if name is None:
        return f"TFLite has no operator for {op.function}"
    return [OperatorSpec(name, [spec(op.input)], [spec(op.output)])]


def pairwise(op: Pairwise, spec: Spec) -> Written:
    """Both operands have the result's shape."""
    if op.function not in PAIRWISE:
        return f"TFLite has no operator for {op.function}"
    return [OperatorSpec(PAIRWISE[op.function], [spec(op.a), spec(op.b)], [spec(op.output)])]


FORMS: Forms = {"pairwise": pairwise, "pointwise": pointwise}
