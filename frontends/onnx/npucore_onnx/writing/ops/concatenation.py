# SPDX-License-Identifier: MIT
"""Concat, and Unsqueeze before it for what is stacked."""

from __future__ import annotations

from npucore.ops import Activation, Concatenation, Pack
from npucore_onnx.writing.forms import Forms, in_front
from npucore_onnx.writing.values import TO_FRONT, Values


def concatenation(op: Concatenation, values: Values) -> None:
    """Stored numbers of one quantization stay as they are."""
    front = in_front(op.operands, values)
    axis = TO_FRONT.index(op.axis) if front else op.axis
    q = op.output.quantization
    alike = q is None or all(t.q.same_as(q) for t in op.operands)
    if alike and op.activation is Activation.NONE:
        names = [values.stored(t, front=front) for t in op.operands]
        values.move(op.output, "Concat", names, front=front, axis=axis)
        return
    names = [values.real(t, front=front) for t in op.operands]
    values.put(op.output, "Concat", names, op.activation, front=front, axis=axis)


def pack(op: Pack, values: Values) -> None:
    """Every operand has the new axis first."""
    axes = values.nodes.numbers((op.axis,))
    names = [
        values.nodes.add("Unsqueeze", [values.stored(tensor), axes], f"{tensor.name}_packed")
        for tensor in op.operands
    ]
    values.move(op.output, "Concat", names, axis=op.axis)


FORMS: Forms = {"concatenation": concatenation, "pack": pack}
