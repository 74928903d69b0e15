# SPDX-License-Identifier: MIT
"""FULLY_CONNECTED."""

from __future__ import annotations

from npucore.ops import FullyConnected
from npucore_tflite.writing.forms import (
    ACTIVATIONS,
    ASYMMETRIC,
    Forms,
    Spec,
    Written,
    bias_of,
    symmetric,
)
from npucore_tflite.writing.spec import OperatorSpec


def fully_connected(op: FullyConnected, spec: Spec) -> Written:
    """The output has two axes, or those of the operand."""
    kept = op.output.shape[:-1] == op.input.shape[:-1]
    if not (kept or len(op.output.shape) == 2):
        return f"TFLite gives two axes or those of {op.input.shape}, not {op.output.shape}"
    if not symmetric(op.weights):
        return ASYMMETRIC
    bias = None if op.bias is None else bias_of(op, spec)
    operands = [spec(op.input), spec(op.weights), bias]
    options = {
        "fusedActivationFunction": ACTIVATIONS[op.activation],
        "keepNumDims": kept,
        "asymmetricQuantizeInputs": op.asymmetric_inputs,
    }
    return [OperatorSpec("FULLY_CONNECTED", operands, [spec(op.output)], options)]


FORMS: Forms = {"fully_connected": fully_connected}
