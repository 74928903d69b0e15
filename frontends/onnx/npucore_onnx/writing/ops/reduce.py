# SPDX-License-Identifier: MIT
"""ReduceMin, ReduceProd and ReduceLogSumExp."""

from __future__ import annotations

from npucore.ops import Reduce, Reduction
from npucore_onnx.writing.forms import Forms, reducing
from npucore_onnx.writing.values import Values

NAMES = {
    Reduction.LOG_SUM_EXP: "ReduceLogSumExp",
    Reduction.MIN: "ReduceMin",
    Reduction.PRODUCT: "ReduceProd",
}


def reduce(op: Reduce, values: Values) -> str | None:
    """The maximum, the mean and the sum are ops of their own."""
    if op.function not in NAMES:
        return f"no operator of ONNX is written for {op.function}"
    return reducing(NAMES[op.function])(op, values)


FORMS: Forms = {"reduce": reduce}
