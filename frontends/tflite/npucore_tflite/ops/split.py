# SPDX-License-Identifier: MIT
"""SPLIT and SPLIT_V."""

from __future__ import annotations

from npucore.ops import Split
from npucore.tensor import Tensor
from npucore_tflite.node import Node


def split(node: Node) -> Split:
    """SPLIT: the axis, then the tensor; pieces of one size."""
    return _split(node, node.input(1), node.integer(0))


def split_v(node: Node) -> Split:
    """SPLIT_V: the tensor, the sizes, the axis. The results say the sizes themselves."""
    return _split(node, node.input(0), node.integer(2))


def _split(node: Node, tensor: Tensor, axis: int) -> Split:
    axis = node.axis(axis, len(tensor.shape))
    for result in node.results:
        if len(result.shape) != len(tensor.shape):
            node.invalid(f"a piece of shape {result.shape} out of {tensor.shape}")
    sizes = tuple(result.shape[axis] for result in node.results)
    return Split(input=tensor, results=node.results, axis=axis, sizes=sizes)
