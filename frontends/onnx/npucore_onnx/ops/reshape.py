# SPDX-License-Identifier: MIT
"""Reshape, Flatten, Squeeze and Unsqueeze."""

from __future__ import annotations

import math

from npucore.tensor import Shape
from npucore_onnx.constants import check_size
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value


def reshape(node: Node) -> Value:
    """0 keeps a size, -1 is what is left."""
    old = node.value(0).shape
    sizes = node.integers("shape") if node.opset < 5 else node.constants(1)
    if not node.integer("allowzero", 0):
        node.require(
            all(size != 0 or axis < len(old) for axis, size in enumerate(sizes)),
            f"shape {sizes} keeps sizes of {old}",
        )
        sizes = [old[axis] if size == 0 else size for axis, size in enumerate(sizes)]
    node.require(min(sizes, default=1) >= -1 and sizes.count(-1) <= 1, f"shape {sizes}")
    known = math.prod(size for size in sizes if size != -1)
    if -1 in sizes:
        node.require(known > 0 and math.prod(old) % known == 0, f"{old} in shape {sizes}")
        sizes = [math.prod(old) // known if size == -1 else size for size in sizes]
    return _reshaped(node, tuple(sizes))


def flatten(node: Node) -> Value:
    """Two axes: those before one, and the rest."""
    old = node.value(0).shape
    axis = node.integer("axis", 1)
    node.require(-len(old) <= axis <= len(old), f"axis {axis} of shape {old}")
    axis = axis + len(old) if axis < 0 else axis
    return _reshaped(node, (math.prod(old[:axis]), math.prod(old[axis:])))


def squeeze(node: Node) -> Value:
    """Without axes of size 1."""
    old = node.value(0).shape
    axes = node.integers_of("axes", 1, 13)
    dropped = (
        tuple(a for a, size in enumerate(old) if size == 1)
        if axes is None
        else node.axes(axes, len(old))
    )
    node.require(all(old[axis] == 1 for axis in dropped), f"axes {dropped} of shape {old}")
    return _reshaped(node, tuple(size for axis, size in enumerate(old) if axis not in dropped))


def unsqueeze(node: Node) -> Value:
    """With further axes of size 1."""
    axes = node.integers_of("axes", 1, 13)
    if axes is None:
        node.invalid("axes are missing")
    rank = node.value(0).rank + len(axes)
    added, old = node.axes(axes, rank), iter(node.value(0).shape)
    return _reshaped(node, tuple(1 if axis in added else next(old) for axis in range(rank)))


def _reshaped(node: Node, shape: Shape) -> Value:
    value = node.value(0)
    check_size(shape, value.dtype, node.label)
    if math.prod(shape) != math.prod(value.shape):
        node.invalid(f"{value.shape} in shape {shape}")
    if shape == value.shape:
        return value
    return Value.of(node.assembly.reshaped(node.tensor(0), shape))


OPERATORS: Operators = {
    "Flatten": flatten,
    "Reshape": reshape,
    "Squeeze": squeeze,
    "Unsqueeze": unsqueeze,
}
