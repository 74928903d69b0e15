# SPDX-License-Identifier: MIT
"""ARG_MAX and ARG_MIN."""

from __future__ import annotations

from npucore.ops import Argmax
from npucore_tflite.writing.file import type_of
from npucore_tflite.writing.forms import Forms, Spec, Written, constant
from npucore_tflite.writing.spec import OperatorSpec


def argmax(op: Argmax, spec: Spec) -> Written:
    """The axis is an operand."""
    options = {"outputType": type_of(op.output.dtype)}
    name = "ARG_MIN" if op.smallest else "ARG_MAX"
    operands = [spec(op.input), constant(op.axis)]
    return [OperatorSpec(name, operands, [spec(op.output)], options)]


FORMS: Forms = {"argmax": argmax}
