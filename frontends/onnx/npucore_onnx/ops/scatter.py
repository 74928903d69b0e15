# SPDX-License-Identifier: MIT
"""ScatterND, ScatterElements and Scatter."""

from __future__ import annotations

import dataclasses

import numpy as np

from npucore.ops import Concatenation, Scatter, ScatterMode
from npucore.tensor import Array, Shape, Tensor
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value

MODES = {
    "none": ScatterMode.REPLACE,
    "add": ScatterMode.ADD,
    "mul": ScatterMode.MULTIPLY,
    "max": ScatterMode.MAX,
    "min": ScatterMode.MIN,
}


def scatter_nd(node: Node) -> Value:
    """Read the operator."""
    return _scattered(node, node.tensor(1), node.tensor(2))


def scatter_elements(node: Node) -> Value:
    """The op `scatter`, with an index for every axis."""
    x, indices, updates = (node.tensor(position) for position in range(3))
    axis = node.axis(node.integer("axis", 0), len(x.shape))
    node.require(indices.shape == updates.shape, f"{indices.shape} indices, {updates.shape}")
    node.reserve(3 * indices.elements * len(x.shape))
    parts = [
        _column(node, indices) if a == axis else _place(indices.shape, a, indices.dtype)
        for a in range(len(x.shape))
    ]
    last = len(indices.shape)
    if all(part.data is not None for part in parts):
        data: Array = np.concatenate([np.asarray(part.data) for part in parts], last)
        joined = Tensor(f"{node.label}/indices", data.shape, data.dtype, None, data)
    else:
        label = f"{node.label}/indices"
        joined = node.assembly.emit(
            Concatenation, label, indices.dtype, operands=tuple(parts), axis=last
        )
    return _scattered(node, joined, updates)


def _column(node: Node, indices: Tensor) -> Tensor:
    return node.assembly.reshaped(indices, (*indices.shape, 1))


def _place(shape: Shape, axis: int, dtype: np.dtype[np.generic]) -> Tensor:
    """Every element's own place along *axis*, (*shape, 1)."""
    data = np.ascontiguousarray(np.indices(shape)[axis][..., None].astype(dtype))
    return Tensor(f"axis_{axis}", data.shape, data.dtype, None, data)


def _scattered(node: Node, indices: Tensor, updates: Tensor) -> Value:
    name = node.text("reduction", "none")
    node.require(name in MODES, f"a reduction {name!r}")
    x = node.tensor(0)
    updates = dataclasses.replace(updates) if updates is x else updates
    return node.moved(Scatter, input=x, indices=indices, updates=updates, mode=MODES[name])


OPERATORS: Operators = {
    "Scatter": scatter_elements,
    "ScatterElements": scatter_elements,
    "ScatterND": scatter_nd,
}
