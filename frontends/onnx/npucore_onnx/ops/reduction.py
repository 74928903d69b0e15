# SPDX-License-Identifier: MIT
"""What reductions over axes share."""

from __future__ import annotations

from typing import Any

from npucore.ops import Op
from npucore_onnx.node import Node
from npucore_onnx.value import Order, Value

AXES_ARE_AN_OPERAND = 18  # since this opset; of ReduceSum since 13


def reduced(
    node: Node, kind: type[Op], value: Value, since: int = AXES_ARE_AN_OPERAND, **fields: Any
) -> Value:
    """*value* reduced by an op of *kind* over the node's axes."""
    axes = node.integers_of("axes", 1, since)
    if not axes and node.integer("noop_with_empty_axes", 0):
        return value
    chosen = node.axes(axes, value.rank) if axes else tuple(range(value.rank))
    keep = bool(node.integer("keepdims", 1))
    places = tuple(sorted(value.order[axis] for axis in chosen))
    if not places:
        return value
    order = value.order if keep else _left(value, chosen)
    return node.emit(kind, order, input=value.tensor, axes=places, keep_axes=keep, **fields)


def _left(value: Value, chosen: tuple[int, ...]) -> Order:
    """The order of the axes that are left."""
    places = [value.order[axis] for axis in range(value.rank) if axis not in chosen]
    return tuple(sorted(places).index(place) for place in places)
