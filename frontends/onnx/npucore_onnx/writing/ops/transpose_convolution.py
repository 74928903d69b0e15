# SPDX-License-Identifier: MIT
"""ConvTranspose."""

from __future__ import annotations

from npucore.ops import TransposeConvolution
from npucore_onnx.writing.forms import Forms
from npucore_onnx.writing.values import Values

COMPUTED = "weights and biases have to be constant"


def transpose_convolution(op: TransposeConvolution, values: Values) -> str | None:
    """Weights (O, KH, KW, I) become (I, O, KH, KW); rows may be added behind, not before."""
    if not op.weights.is_constant or not (op.bias is None or op.bias.is_constant):
        return COMPUTED
    top, bottom, left, right = op.padding
    added = (max(-bottom, 0), max(-right, 0))
    if min(top, left) < 0 or any(n >= s for n, s in zip(added, op.stride, strict=True)):
        return f"a border of {tuple(op.padding)} cannot be written"
    operands = [values.real(op.input, front=True), values.weights(op.weights, (3, 0, 1, 2))]
    values.put(
        op.output,
        "ConvTranspose",
        [*operands, *values.bias(op)],
        op.activation,
        front=True,
        kernel_shape=op.kernel,
        strides=op.stride,
        pads=(top, left, max(bottom, 0), max(right, 0)),
        output_padding=added,
    )
    return None


FORMS: Forms = {"transpose_convolution": transpose_convolution}
