# SPDX-License-Identifier: MIT
"""TANH."""

from __future__ import annotations

from npucore.ops import Tanh
from npucore_tflite.node import Node


def tanh(node: Node) -> Tanh:
    """Read the operator."""
    return node.make(
        Tanh,
        input=node.input(0),
    )
