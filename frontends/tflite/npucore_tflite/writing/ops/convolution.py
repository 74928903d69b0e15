# SPDX-License-Identifier: MIT
"""CONV_2D and DEPTHWISE_CONV_2D, a PAD before them if need be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from npucore.ops import Convolution
from npucore.tensor import Tensor
from npucore_tflite.writing.forms import (
    ACTIVATIONS,
    ASYMMETRIC,
    VALID,
    Forms,
    Spec,
    Written,
    bias_of,
    constant,
    pairs,
    scheme,
    symmetric,
)
from npucore_tflite.writing.spec import OperatorSpec, TensorSpec


def convolution(op: Convolution, spec: Spec) -> Written:
    """Depthwise weights are (1, KH, KW, O) in the file, and constant."""
    if not symmetric(op.weights):
        return ASYMMETRIC
    padding, source, before = _border(op, spec)
    weights, name = spec(op.weights), "CONV_2D"
    options: dict[str, Any] = {
        "padding": padding,
        "strideH": op.stride[0],
        "strideW": op.stride[1],
        "dilationHFactor": op.dilation[0],
        "dilationWFactor": op.dilation[1],
        "fusedActivationFunction": ACTIVATIONS[op.activation],
    }
    if op.depthwise:
        if weights.data is None:
            return "TFLite's depthwise convolutions have constant weights"
        name, options["depthMultiplier"] = "DEPTHWISE_CONV_2D", op.output.shape[3] // op.groups
        data = weights.data.transpose(3, 1, 2, 0)
        axis = 0 if op.weights.quantization is None or op.weights.q.axis is None else 3
        weights = replace(weights, shape=data.shape, data=data, axis=axis)
    return [
        *before,
        OperatorSpec(name, [source, weights, bias_of(op, spec)], [spec(op.output)], options),
    ]


def _border(op: Convolution, spec: Spec) -> tuple[int, TensorSpec, list[OperatorSpec]]:
    """(SAME or VALID, what the convolution reads, a PAD where neither says it)."""
    n, h, w, c = op.input.shape
    found = scheme(op.padding, (h, w), op.kernel, op.stride, op.dilation)
    if found is not None:
        return found, spec(op.input), []
    top, bottom, left, right = op.padding
    shape, name = (n, h + top + bottom, w + left + right, c), f"{op.label}_padded"
    padded = spec(Tensor(name, shape, op.input.dtype, op.input.quantization))
    borders = constant([[0, 0], *pairs(op.padding), [0, 0]])
    return int(VALID), padded, [OperatorSpec("PAD", [spec(op.input), borders], [padded])]


FORMS: Forms = {"convolution": convolution}
