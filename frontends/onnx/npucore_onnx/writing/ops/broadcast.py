# SPDX-License-Identifier: MIT
"""Expand."""

from __future__ import annotations

from npucore.ops import Broadcast
from npucore_onnx.writing.forms import Forms
from npucore_onnx.writing.values import Values


def broadcast(op: Broadcast, values: Values) -> None:
    """The shape is an operand."""
    operands = [values.stored(op.input), values.nodes.numbers(op.output.shape)]
    values.move(op.output, "Expand", operands)


FORMS: Forms = {"broadcast": broadcast}
