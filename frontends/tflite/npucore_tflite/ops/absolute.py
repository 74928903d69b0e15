# SPDX-License-Identifier: MIT
"""ABS."""

from __future__ import annotations

from npucore.ops import Absolute
from npucore_tflite.node import Node


def absolute(node: Node) -> Absolute:
    """Read the operator."""
    return node.make(
        Absolute,
        input=node.input(0),
    )
