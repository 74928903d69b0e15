# SPDX-License-Identifier: MIT
"""ONE_HOT."""

from __future__ import annotations

import tflite

from npucore.ops import OneHot
from npucore_tflite.node import Node, Operators


def one_hot(node: Node) -> OneHot:
    """Read the operator; the depth is a constant."""
    axis = node.options(tflite.OneHotOptions, "Axis")["Axis"]
    indices = node.input(0)
    return node.make(
        OneHot,
        indices=indices,
        on=node.input(2),
        off=node.input(3),
        depth=node.integer(1),
        axis=node.axis(axis, len(indices.shape) + 1),
    )


OPERATORS: Operators = {"ONE_HOT": one_hot}
