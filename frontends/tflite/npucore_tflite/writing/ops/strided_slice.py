# SPDX-License-Identifier: MIT
"""STRIDED_SLICE."""

from __future__ import annotations

from npucore.ops import StridedSlice
from npucore_tflite.writing.forms import Forms, Spec, Written, constant
from npucore_tflite.writing.spec import OperatorSpec


def strided_slice(op: StridedSlice, spec: Spec) -> Written:
    """One that steps backwards to the front has an open end: no number says it."""
    steps = list(zip(op.begin, op.sizes, op.strides, strict=True))
    ends = [begin + size * stride for begin, size, stride in steps]
    if min(ends, default=0) < 0 and op.dropped:
        return "a slice that steps backwards to the front and drops axes"
    options = {
        "endMask": sum(1 << axis for axis, end in enumerate(ends) if end < 0),
        "shrinkAxisMask": sum(1 << axis for axis in op.dropped),
    }
    operands = [spec(op.input), constant(op.begin), constant(ends), constant(op.strides)]
    return [OperatorSpec("STRIDED_SLICE", operands, [spec(op.output)], options)]


FORMS: Forms = {"strided_slice": strided_slice}
