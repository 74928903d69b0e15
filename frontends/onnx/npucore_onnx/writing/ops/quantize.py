# SPDX-License-Identifier: MIT
"""QuantizeLinear and DequantizeLinear."""

from __future__ import annotations

import numpy as np

from npucore.ops import Dequantize, Quantize
from npucore_onnx.writing.forms import Forms, in_front
from npucore_onnx.writing.values import Values


def quantize(op: Quantize, values: Values) -> None:
    """Stored numbers are real ones first."""
    front = in_front([op.input], values)
    values.quantized(op.output, values.real(op.input, front=front), front=front)


def dequantize(op: Dequantize, values: Values) -> None:
    """Halves are widened."""
    if op.input.dtype == np.float16:
        values.cast(op.output, values.stored(op.input))
        return
    front = in_front([op.input], values)
    values.stand(op.output, values.real(op.input, front=front), front=front)


FORMS: Forms = {"dequantize": dequantize, "quantize": quantize}
