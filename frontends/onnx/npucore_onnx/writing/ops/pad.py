# SPDX-License-Identifier: MIT
"""Pad."""

from __future__ import annotations

from npucore.ops import Pad
from npucore_onnx.writing.forms import Forms, in_front
from npucore_onnx.writing.values import TO_FRONT, Values


def pad(op: Pad, values: Values) -> None:
    """The zero point stands for real 0."""
    q = op.output.quantization
    zero = 0 if q is None else int(q.zero_point)
    value = zero if op.value is None else op.value
    front = in_front([op.input], values)
    order = TO_FRONT if front else tuple(range(len(op.before)))
    counts = [side[axis] for side in (op.before, op.after) for axis in order]
    numbers = [values.nodes.numbers(counts), values.nodes.numbers(value, op.output.dtype)]
    values.move(op.output, "Pad", [values.stored(op.input, front=front), *numbers], front=front)


FORMS: Forms = {"pad": pad}
