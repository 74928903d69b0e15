# SPDX-License-Identifier: MIT
"""Functions of one number and of two that ONNX has an operator for."""

from __future__ import annotations

from npucore.ops import Pairwise, PairwiseFunction, Pointwise, PointwiseFunction
from npucore_onnx.writing.forms import Forms, in_front, real
from npucore_onnx.writing.values import Values

F = PointwiseFunction
POINTWISE = {
    F.ACOS: "Acos", F.ACOSH: "Acosh", F.ASIN: "Asin", F.ASINH: "Asinh", F.ATAN: "Atan",
    F.ATANH: "Atanh", F.CEIL: "Ceil", F.CELU: "Celu", F.COS: "Cos", F.COSH: "Cosh", F.ELU: "Elu",
    F.MISH: "Mish", F.NEGATIVE: "Neg", F.SIGN: "Sign", F.SIN: "Sin", F.SINH: "Sinh",
    F.SOFTPLUS: "Softplus", F.SOFTSIGN: "Softsign", F.TAN: "Tan",
    F.THRESHOLDED_RELU: "ThresholdedRelu",
}  # fmt: skip
WITH_ALPHA = {F.CELU, F.ELU, F.THRESHOLDED_RELU}
PAIRWISE = {PairwiseFunction.LESS_EQUAL: "LessOrEqual"}


def pointwise(op: Pointwise, values: Values) -> str | None:
    """Swish is a product."""
    if op.function is F.SWISH and op.alpha == 1:
        front = in_front([op.input], values)
        source = values.real(op.input, front=front)
        gate = values.nodes.add("Sigmoid", [source], f"{op.label}_gate")
        values.put(op.output, "Mul", [source, gate], front=front)
        return None
    if op.function not in POINTWISE:
        return f"no operator of ONNX is written for {op.function}"
    alpha = {"alpha": "alpha"} if op.function in WITH_ALPHA else {}
    return real(POINTWISE[op.function], "input", **alpha)(op, values)


def pairwise(op: Pairwise, values: Values) -> str | None:
    """Both operands have the result's shape."""
    if op.function not in PAIRWISE:
        return f"no operator of ONNX is written for {op.function}"
    return real(PAIRWISE[op.function], "a", "b")(op, values)


FORMS: Forms = {"pairwise": pairwise, "pointwise": pointwise}
