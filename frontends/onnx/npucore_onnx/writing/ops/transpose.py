# SPDX-License-Identifier: MIT
"""Transpose; to the channels in front or back it is only another form of the same map."""

from __future__ import annotations

from npucore.ops import Transpose
from npucore_onnx.writing.forms import Forms
from npucore_onnx.writing.values import TO_BACK, TO_FRONT, Values


def transpose(op: Transpose, values: Values) -> None:
    """The order of the axes is an attribute."""
    if op.permutation == TO_BACK:
        values.stand(op.output, values.stored(op.input), front=True)
    elif op.permutation == TO_FRONT:
        values.stand(op.output, values.stored(op.input, front=True))
    else:
        values.move(op.output, "Transpose", [values.stored(op.input)], perm=op.permutation)


FORMS: Forms = {"transpose": transpose}
