# SPDX-License-Identifier: MIT
"""PRELU."""

from __future__ import annotations

from npucore.ops import Prelu
from npucore_tflite.node import Node, Operators


def prelu(node: Node) -> Prelu:
    """Read the operator; slopes of another shape are broadcast."""
    alpha = node.broadcast(node.input(1), node.input(0).shape)
    return node.make(
        Prelu,
        input=node.input(0),
        alpha=alpha,
    )


OPERATORS: Operators = {"PRELU": prelu}
