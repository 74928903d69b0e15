# SPDX-License-Identifier: MIT
"""REDUCE_ALL, REDUCE_ANY, REDUCE_MIN and REDUCE_PROD."""

from __future__ import annotations

from npucore.ops import Reduce, Reduction
from npucore_tflite.writing.forms import Forms, Spec, Written, reducing

NAMES = {
    Reduction.ALL: "REDUCE_ALL",
    Reduction.ANY: "REDUCE_ANY",
    Reduction.MIN: "REDUCE_MIN",
    Reduction.PRODUCT: "REDUCE_PROD",
}


def reduce(op: Reduce, spec: Spec) -> Written:
    """The maximum, the mean and the sum are ops of their own."""
    if op.function not in NAMES:
        return f"TFLite has no operator for {op.function}"
    return reducing(NAMES[op.function])(op, spec)


FORMS: Forms = {"reduce": reduce}
