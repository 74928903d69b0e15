# SPDX-License-Identifier: MIT
"""ARG_MAX, and ARG_MIN."""

from __future__ import annotations

from npucore.ops import Argmax
from npucore_tflite.node import Node, Operators


def argmax(node: Node) -> Argmax:
    """Read the operator."""
    axis = node.axis(node.integer(1), len(node.input(0).shape))
    return node.make(Argmax, input=node.input(0), axis=axis)


def argmin(node: Node) -> Argmax:
    """ARG_MIN: the op of the smallest value."""
    axis = node.axis(node.integer(1), len(node.input(0).shape))
    return node.make(Argmax, input=node.input(0), axis=axis, smallest=True)


OPERATORS: Operators = {
    "ARG_MAX": argmax,
    "ARG_MIN": argmin,
}
