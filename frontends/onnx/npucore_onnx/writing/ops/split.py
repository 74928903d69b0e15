# SPDX-License-Identifier: MIT
"""Split, and Squeeze behind it for what is unpacked."""

from __future__ import annotations

from npucore.ops import Split, Unpack
from npucore_onnx.writing.forms import Forms, in_front
from npucore_onnx.writing.values import TO_FRONT, Values


def split(op: Split, values: Values) -> None:
    """Sizes are an operand."""
    front = in_front([op.input], values)
    axis = TO_FRONT.index(op.axis % len(op.input.shape)) if front else op.axis
    names = [values.nodes.name(tensor.name) for tensor in op.results]
    operands = [values.stored(op.input, front=front), values.nodes.numbers(op.sizes)]
    values.nodes.add("Split", operands, names, axis=axis)
    for tensor, name in zip(op.results, names, strict=True):
        values.stand(tensor, name, front=front)


def unpack(op: Unpack, values: Values) -> None:
    """A piece for every index."""
    pieces = [values.nodes.name(f"{tensor.name}_piece") for tensor in op.results]
    sizes = values.nodes.numbers((1,) * len(pieces))
    values.nodes.add("Split", [values.stored(op.input), sizes], pieces, axis=op.axis)
    for tensor, piece in zip(op.results, pieces, strict=True):
        values.move(tensor, "Squeeze", [piece, values.nodes.numbers((op.axis,))])


FORMS: Forms = {"split": split, "unpack": unpack}
