# SPDX-License-Identifier: MIT
"""FLOOR."""

from __future__ import annotations

from npucore.ops import Floor
from npucore_tflite.node import Node


def floor(node: Node) -> Floor:
    """Read the operator."""
    return node.make(Floor, input=node.input(0))
