# SPDX-License-Identifier: MIT
"""Reshape."""

from __future__ import annotations

from npucore.ops import Reshape
from npucore_onnx.writing.forms import Forms
from npucore_onnx.writing.values import Values


def reshape(op: Reshape, values: Values) -> None:
    """The shape is an operand."""
    operands = [values.stored(op.input), values.nodes.numbers(op.output.shape)]
    values.move(op.output, "Reshape", operands)


FORMS: Forms = {"reshape": reshape}
