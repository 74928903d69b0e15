# SPDX-License-Identifier: MIT
"""Relu and Clip."""

from __future__ import annotations

from npucore.ops import Relu
from npucore_onnx.writing.forms import Forms, in_front
from npucore_onnx.writing.values import Values


def relu(op: Relu, values: Values) -> None:
    """A clamp of its own."""
    front = in_front([op.input], values)
    values.clamp(op.output, values.real(op.input, front=front), op.activation, front=front)


FORMS: Forms = {"relu": relu}
