# SPDX-License-Identifier: MIT
"""SQRT."""

from __future__ import annotations

from npucore.ops import Sqrt
from npucore_tflite.node import Node


def sqrt(node: Node) -> Sqrt:
    """Read the operator."""
    return node.make(
        Sqrt,
        input=node.input(0),
    )
