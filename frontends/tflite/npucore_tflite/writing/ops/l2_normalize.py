# SPDX-License-Identifier: MIT
"""L2_NORMALIZATION."""

from __future__ import annotations

from npucore.ops import L2Normalize
from npucore_tflite.writing.forms import Forms, Spec, Written
from npucore_tflite.writing.spec import OperatorSpec

EPSILON = 1e-6


def l2_normalize(op: L2Normalize, spec: Spec) -> Written:
    """The least length is fixed."""
    if op.epsilon != EPSILON:
        return f"TFLite's epsilon is {EPSILON}, not {op.epsilon}"
    return [OperatorSpec("L2_NORMALIZATION", [spec(op.input)], [spec(op.output)])]


FORMS: Forms = {"l2_normalize": l2_normalize}
