# SPDX-License-Identifier: MIT
"""SQRT."""

from __future__ import annotations

from npucore.ops import Sqrt
from npucore_tflite.node import Node


def sqrt(node: Node) -> Sqrt:
    """Read the operator."""
    return Sqrt(input=node.input(0), output=node.output)
