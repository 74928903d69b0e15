# SPDX-License-Identifier: MIT
"""OneHot, and Hardmax."""

from __future__ import annotations

from typing import Any

import numpy as np

from npucore.ops import Argmax, Cast, Gather, OneHot
from npucore.tensor import Array, Tensor
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.softmax import over_last
from npucore_onnx.value import Value

INDICES = np.dtype(np.int64)


def one_hot(node: Node) -> Value:
    """Read the operator; the depth is a constant."""
    indices, values = node.tensor(0), node.value(2)
    node.require(values.shape == (2,), f"values of shape {values.shape}, wanted two")
    if indices.dtype.kind == "f":
        indices = node.assembly.emit(Cast, f"{node.label}/indices", INDICES, input=indices)
    off, on = (_picked(node, node.tensor(2), place) for place in (0, 1))
    axis = node.axis(node.integer("axis", -1), len(indices.shape) + 1)
    depth = int(node.scalar(1, 0))
    fields: dict[str, Any] = {"indices": indices, "on": on, "off": off}
    return node.emit(
        OneHot, dtype=values.dtype, **fields, depth=depth, axis=axis, wraps=True
    )  # fmt: skip


def hardmax(node: Node) -> Value:
    """The first of the largest becomes 1, all others 0."""

    def emit(x: Tensor) -> Tensor:
        last = len(x.shape) - 1
        label = f"{node.label}/place"
        place = node.assembly.emit(Argmax, label, INDICES, input=x, axis=last)
        on, off = (_number(number, x.dtype) for number in (1, 0))
        fields: dict[str, Any] = {"indices": place, "on": on, "off": off}
        return node.emit(OneHot, dtype=x.dtype, **fields, depth=x.shape[-1], axis=last).tensor

    return over_last(node, emit)


def _number(number: float, dtype: np.dtype[np.generic]) -> Tensor:
    return Tensor(f"{number:g}", (), dtype, None, np.array(number, dtype))


def _picked(node: Node, tensor: Tensor, place: int) -> Tensor:
    if tensor.data is not None:
        data: Array = np.asarray(tensor.data[place])
        return Tensor(f"{tensor.name}/{place}", (), tensor.dtype, None, data)
    index = np.array([place], INDICES)
    which = Tensor(f"{place}", (1,), INDICES, None, index)
    label = f"{tensor.name}/{place}"
    return node.assembly.emit(Gather, label, tensor.dtype, input=tensor, indices=which, axis=0)


OPERATORS: Operators = {
    "Hardmax": hardmax,
    "OneHot": one_hot,
}
