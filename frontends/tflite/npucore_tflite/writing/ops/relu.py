# SPDX-License-Identifier: MIT
"""RELU, RELU6 and RELU_N1_TO_1."""

from __future__ import annotations

from npucore.ops import Relu
from npucore_tflite.writing.forms import Forms, Spec, Written
from npucore_tflite.writing.spec import OperatorSpec


def relu(op: Relu, spec: Spec) -> Written:
    """An operator for each activation, of its name."""
    return [OperatorSpec(op.activation.upper(), [spec(op.input)], [spec(op.output)])]


FORMS: Forms = {"relu": relu}
