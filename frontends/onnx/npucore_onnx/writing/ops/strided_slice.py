# SPDX-License-Identifier: MIT
"""Slice, and Squeeze behind it for dropped axes."""

from __future__ import annotations

import numpy as np

from npucore.ops import StridedSlice
from npucore_onnx.writing.forms import Forms, in_front
from npucore_onnx.writing.values import TO_FRONT, Values

LEAST = np.iinfo(np.int64).min


def strided_slice(op: StridedSlice, values: Values) -> None:
    """An end before the front is the least number."""
    steps = zip(op.begin, op.sizes, op.strides, strict=True)
    ends = [begin + size * stride for begin, size, stride in steps]
    ends = [LEAST if end < 0 else end for end in ends]
    front = in_front([op.input], values) and not op.dropped
    axes = [TO_FRONT.index(axis) if front else axis for axis in range(len(ends))]
    numbers = map(values.nodes.numbers, (op.begin, ends, axes, op.strides))
    operands = [values.stored(op.input, front=front), *numbers]
    if not op.dropped:
        values.move(op.output, "Slice", operands, front=front)
        return
    cut = values.nodes.add("Slice", operands, f"{op.label}_cut")
    values.move(op.output, "Squeeze", [cut, values.nodes.numbers(op.dropped)])


FORMS: Forms = {"strided_slice": strided_slice}
