# SPDX-License-Identifier: MIT
"""RESHAPE, SQUEEZE and EXPAND_DIMS."""

from __future__ import annotations

import math

import tflite

from npucore.ops import Reshape
from npucore.tensor import Shape
from npucore_tflite.node import Node, Operators


def reshape(node: Node) -> Reshape:
    """RESHAPE: the shape is an operand, an option or what the file declares; -1 is what is left."""
    source = node.input(0)
    given = node.optional(1)
    if given is not None and given.data is not None and given.data.ndim == 1:
        sizes = [int(size) for size in given.data]
    else:
        option = node.options(tflite.ReshapeOptions, "NewShapeAsNumpy")["NewShapeAsNumpy"]
        stated = [] if isinstance(option, int) else [int(size) for size in option]
        sizes = stated if stated and given is None else list(node.output.shape)
        sizes = [] if sizes == [0] and source.elements == 1 else sizes
    if sizes.count(-1) > 1 or min(sizes, default=0) < -1:
        node.invalid(f"a shape of {sizes}")
    known = math.prod(size for size in sizes if size != -1)
    if -1 in sizes:
        if known == 0 or source.elements % known:
            node.invalid(f"{source.shape} in shape {sizes}")
        sizes = [source.elements // known if size == -1 else size for size in sizes]
    return _reshaped(node, tuple(sizes))


def squeeze(node: Node) -> Reshape:
    """SQUEEZE: without axes of size 1, those that the options name or all."""
    shape = node.input(0).shape
    option = node.options(tflite.SqueezeOptions, "SqueezeDimsAsNumpy")["SqueezeDimsAsNumpy"]
    named = [] if isinstance(option, int) else [int(axis) for axis in option]
    dropped = {node.axis(axis, len(shape)) for axis in named}
    if any(shape[axis] != 1 for axis in dropped):
        node.invalid(f"axes {sorted(dropped)} of shape {shape}")
    kept = [n for axis, n in enumerate(shape) if (axis not in dropped if named else n != 1)]
    return _reshaped(node, tuple(kept))


def expand_dims(node: Node) -> Reshape:
    """EXPAND_DIMS: a further axis of size 1."""
    shape = node.input(0).shape
    axis = node.axis(node.integer(1), len(shape) + 1)
    return _reshaped(node, (*shape[:axis], 1, *shape[axis:]))


def _reshaped(node: Node, shape: Shape) -> Reshape:
    return node.make(Reshape, shape=shape, input=node.input(0))


OPERATORS: Operators = {
    "EXPAND_DIMS": expand_dims,
    "RESHAPE": reshape,
    "SQUEEZE": squeeze,
}
