# SPDX-License-Identifier: MIT
"""AVERAGE_POOL_2D and MAX_POOL_2D."""

from __future__ import annotations

from npucore.ops import Pooling, PoolingType
from npucore_tflite.writing.forms import ACTIVATIONS, Forms, Spec, Written, scheme
from npucore_tflite.writing.spec import OperatorSpec


def pooling(op: Pooling, spec: Spec) -> Written:
    """The border is SAME's or none: a PAD before it would count."""
    _, h, w, _ = op.input.shape
    padding = scheme(op.padding, (h, w), op.kernel, op.stride)
    if padding is None:
        return f"TFLite's pools have SAME's padding or none, not {tuple(op.padding)}"
    options = {
        "padding": padding,
        "filterHeight": op.kernel[0],
        "filterWidth": op.kernel[1],
        "strideH": op.stride[0],
        "strideW": op.stride[1],
        "fusedActivationFunction": ACTIVATIONS[op.activation],
    }
    name = "AVERAGE_POOL_2D" if op.type is PoolingType.AVERAGE else "MAX_POOL_2D"
    return [OperatorSpec(name, [spec(op.input)], [spec(op.output)], options)]


FORMS: Forms = {"pooling": pooling}
