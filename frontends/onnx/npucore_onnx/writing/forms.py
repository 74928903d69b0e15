# SPDX-License-Identifier: MIT
"""Helpers for writing ops."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from npucore.ops import Activation, Op
from npucore.tensor import Tensor
from npucore_onnx.writing.values import TO_FRONT, Values

Form = Callable[[Any, Values], str | None]
"""Writes an op of one class, or says why ONNX has no form of it."""
Forms = Mapping[str, Form]


def real(operator: str, *fields: str, **attributes: str) -> Form:
    """An operator of real numbers whose operands are fields of the op.

    *attributes* gives for an attribute of the operator the op's field that it is.
    """

    def write(op: Op, values: Values) -> None:
        operands = [getattr(op, field) for field in fields]
        front = in_front(operands, values)
        moving = not all(tensor.is_constant for tensor in operands)
        read = values.operand if moving else values.real
        names = [read(tensor, front=front) for tensor in operands]
        activation = getattr(op, "activation", Activation.NONE)
        given = {name: getattr(op, field) for name, field in attributes.items()}
        values.put(op.outputs[0], operator, names, activation, front=front, **given)

    return write


def in_front(operands: Sequence[Tensor], values: Values) -> bool:
    """Whether an operator of single numbers had better work on maps with the channels in front."""
    maps = all(len(tensor.shape) == len(TO_FRONT) for tensor in operands)
    moving = [tensor for tensor in operands if not tensor.is_constant]
    if not maps or not moving or not all(values.has(t, front=True) for t in operands):
        return False
    return not all(values.has(tensor) for tensor in moving)


def reducing(operator: str) -> Form:
    """An operator that reduces over constant axes."""

    def write(op: Any, values: Values) -> None:
        kept = int(op.keep_axes)
        operands = [values.real(op.input), values.nodes.numbers(op.axes)]
        if len(op.input.shape) == len(TO_FRONT) and set(op.axes) == {1, 2}:
            operands = [values.real(op.input, front=True), values.nodes.numbers((2, 3))]
            values.put(op.output, operator, operands, front=bool(kept), keepdims=kept)
            return
        values.put(op.output, operator, operands, keepdims=kept)

    return write
