# SPDX-License-Identifier: MIT
"""Gemm, with the operand and the result in two axes."""

from __future__ import annotations

from npucore.ops import FullyConnected
from npucore_onnx.writing.forms import Forms
from npucore_onnx.writing.values import Values

COMPUTED = "weights and biases have to be constant"


def fully_connected(op: FullyConnected, values: Values) -> str | None:
    """Weights (O, I) become (I, O)."""
    if not op.weights.is_constant or not (op.bias is None or op.bias.is_constant):
        return COMPUTED
    outputs, inputs = op.weights.shape
    rows = op.input.elements // inputs
    source = values.reshaped(op.input, (rows, inputs))
    operands = [source, values.weights(op.weights, (1, 0)), *values.bias(op)]
    flat = values.like(op.output, (rows, outputs))
    values.put(flat, "Gemm", operands, op.activation)
    shape = values.nodes.numbers(op.output.shape)
    values.move(op.output, "Reshape", [values.stored(flat), shape])
    return None


FORMS: Forms = {"fully_connected": fully_connected}
