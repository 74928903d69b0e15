# SPDX-License-Identifier: MIT
"""TRANSPOSE."""

from __future__ import annotations

from npucore.ops import Transpose
from npucore_tflite.node import Node, Operators


def transpose(node: Node) -> Transpose:
    """Read the operator."""
    rank = len(node.input(0).shape)
    permutation = tuple(node.axis(axis, rank) for axis in node.constant(1).tolist())
    return node.make(Transpose, input=node.input(0), permutation=permutation)


OPERATORS: Operators = {"TRANSPOSE": transpose}
