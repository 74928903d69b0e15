# SPDX-License-Identifier: MIT
"""CAST."""

from __future__ import annotations

from npucore.ops import Cast
from npucore_tflite.writing.file import type_of
from npucore_tflite.writing.forms import Forms, Spec, Written
from npucore_tflite.writing.spec import OperatorSpec


def cast(op: Cast, spec: Spec) -> Written:
    """Both dtypes are options."""
    options = {"inDataType": type_of(op.input.dtype), "outDataType": type_of(op.output.dtype)}
    return [OperatorSpec("CAST", [spec(op.input)], [spec(op.output)], options)]


FORMS: Forms = {"cast": cast}
