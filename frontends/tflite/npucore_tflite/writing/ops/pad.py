# SPDX-License-Identifier: MIT
"""PAD and PADV2."""

from __future__ import annotations

from npucore.ops import Pad
from npucore_tflite.writing.forms import Forms, Spec, Written, constant
from npucore_tflite.writing.spec import OperatorSpec, TensorSpec


def pad(op: Pad, spec: Spec) -> Written:
    """PAD for what is real 0, PADV2 for another number; a cut is a slice, not a pad."""
    if min(*op.before, *op.after) < 0:
        return f"TFLite's paddings do not cut: {op.before}, {op.after}"
    borders = constant(list(zip(op.before, op.after, strict=True)))
    if op.value is None:
        return [OperatorSpec("PAD", [spec(op.input), borders], [spec(op.output)])]
    q = op.output.quantization
    scale, zero = (None, 0) if q is None else (q.scale, int(q.zero_point))
    data = constant([op.value], op.output.dtype).data
    value = TensorSpec((1,), op.output.dtype, scale, zero, data=data)
    return [OperatorSpec("PADV2", [spec(op.input), borders, value], [spec(op.output)])]


FORMS: Forms = {"pad": pad}
