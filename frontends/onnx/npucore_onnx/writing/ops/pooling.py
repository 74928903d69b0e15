# SPDX-License-Identifier: MIT
"""AveragePool and MaxPool."""

from __future__ import annotations

from npucore.ops import Activation, Pooling, PoolingType
from npucore_onnx.writing.forms import Forms
from npucore_onnx.writing.values import Values


def pooling(op: Pooling, values: Values) -> None:
    """Padded places do not count; maxima are taken of stored numbers."""
    top, bottom, left, right = op.padding
    window = {
        "kernel_shape": op.kernel,
        "strides": op.stride,
        "pads": (top, left, bottom, right),
    }
    if op.type is PoolingType.MAX and op.activation is Activation.NONE:
        source = values.stored(op.input, front=True)
        values.move(op.output, "MaxPool", [source], front=True, **window)
        return
    operator = "MaxPool" if op.type is PoolingType.MAX else "AveragePool"
    source = values.real(op.input, front=True)
    values.put(op.output, operator, [source], op.activation, front=True, **window)


FORMS: Forms = {"pooling": pooling}
