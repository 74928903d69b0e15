# SPDX-License-Identifier: MIT
"""Concat."""

from __future__ import annotations

from typing import Any

from npucore.ops import Concatenation
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value, plain


def concatenation(node: Node) -> Value:
    """Operands without elements are left out."""
    values = [value for value in node.values() if value.tensor.elements] or list(node.values())
    node.require(bool(values), "nothing to concatenate")
    rank = values[0].rank
    node.require(all(value.rank == rank for value in values), "operands of several ranks")
    axis = node.axis(node.integer("axis"), rank)
    computed = [value.order for value in values if value.data is None]
    order = next((o for o in computed if o != plain(rank)), plain(rank))
    operands = tuple(node.assembly.arranged(value, order) for value in values)
    if len(operands) == 1 and node.stored is None:
        return Value(operands[0], order)
    if node.stored is not None:
        return node.emit(Concatenation, order, operands=operands, axis=order[axis])
    first = operands[0]
    fields: dict[str, Any] = {"operands": operands, "axis": order[axis]}
    tensor = node.assembly.emit(
        Concatenation, node.label, first.dtype, first.quantization, **fields
    )
    return Value(tensor, order)


OPERATORS: Operators = {"Concat": concatenation}
