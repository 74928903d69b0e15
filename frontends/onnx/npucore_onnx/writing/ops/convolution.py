# SPDX-License-Identifier: MIT
"""Conv."""

from __future__ import annotations

from npucore.ops import Convolution
from npucore_onnx.writing.forms import Forms
from npucore_onnx.writing.values import TO_FRONT, Values

COMPUTED = "ONNX Runtime's convolutions of bytes have constant weights and biases"


def convolution(op: Convolution, values: Values) -> str | None:
    """Weights (O, KH, KW, I) become (O, I, KH, KW)."""
    if not op.weights.is_constant or not (op.bias is None or op.bias.is_constant):
        return COMPUTED
    top, bottom, left, right = op.padding
    operands = [values.real(op.input, front=True), values.weights(op.weights, TO_FRONT)]
    values.put(
        op.output,
        "Conv",
        [*operands, *values.bias(op)],
        op.activation,
        front=True,
        kernel_shape=op.kernel,
        strides=op.stride,
        dilations=op.dilation,
        pads=(top, left, bottom, right),
        group=op.groups,
    )
    return None


FORMS: Forms = {"convolution": convolution}
