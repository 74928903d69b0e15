# SPDX-License-Identifier: MIT
"""Cast."""

from __future__ import annotations

from npucore.ops import Cast
from npucore_onnx.writing.forms import Forms
from npucore_onnx.writing.values import Values


def cast(op: Cast, values: Values) -> None:
    """From any dtype to any other."""
    values.cast(op.output, values.stored(op.input))


FORMS: Forms = {"cast": cast}
