# SPDX-License-Identifier: MIT
"""SPLIT and SPLIT_V."""

from __future__ import annotations

from npucore.ops import Split
from npucore_tflite.node import Node, Operators


def split(node: Node) -> Split:
    """SPLIT: the axis, then the tensor; pieces of one size."""
    tensor, count = node.input(1), len(node.results)
    axis = node.axis(node.integer(0), len(tensor.shape))
    if count < 1 or tensor.shape[axis] % count:
        node.invalid(f"{tensor.shape[axis]} elements in {count} pieces")
    sizes = (tensor.shape[axis] // count,) * count
    return node.make(Split, input=tensor, axis=axis, sizes=sizes)


def split_v(node: Node) -> Split:
    """SPLIT_V: the tensor, the sizes, the axis; one size may be -1, for all that is left."""
    tensor, sizes = node.input(0), node.constant(1).tolist()
    axis = node.axis(node.integer(2), len(tensor.shape))
    if sizes.count(-1) > 1:
        node.invalid(f"sizes {sizes}")
    rest = tensor.shape[axis] - sum(size for size in sizes if size != -1)
    found = tuple(rest if size == -1 else size for size in sizes)
    return node.make(Split, input=tensor, axis=axis, sizes=found)


OPERATORS: Operators = {
    "SPLIT": split,
    "SPLIT_V": split_v,
}
