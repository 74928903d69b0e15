# SPDX-License-Identifier: MIT
"""RESHAPE, SQUEEZE and EXPAND_DIMS."""

from __future__ import annotations

from npucore.ops import Reshape
from npucore_tflite.node import Node


def reshape(node: Node) -> Reshape:
    """The file declares the result's shape, so whatever else says it is not needed."""
    return Reshape(input=node.input(0), output=node.output)
