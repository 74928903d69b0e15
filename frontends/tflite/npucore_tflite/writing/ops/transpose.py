# SPDX-License-Identifier: MIT
"""TRANSPOSE."""

from __future__ import annotations

from npucore.ops import Transpose
from npucore_tflite.writing.forms import Forms, Spec, Written, constant
from npucore_tflite.writing.spec import OperatorSpec


def transpose(op: Transpose, spec: Spec) -> Written:
    """The order of the axes is an operand."""
    operands = [spec(op.input), constant(op.permutation)]
    return [OperatorSpec("TRANSPOSE", operands, [spec(op.output)])]


FORMS: Forms = {"transpose": transpose}
