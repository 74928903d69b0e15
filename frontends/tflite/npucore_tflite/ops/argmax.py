# SPDX-License-Identifier: MIT
"""ARG_MAX."""

from __future__ import annotations

from npucore.ops import Argmax
from npucore_tflite.node import Node


def argmax(node: Node) -> Argmax:
    """Read the operator."""
    axis = node.axis(node.integer(1), len(node.input(0).shape))
    return Argmax(input=node.input(0), output=node.output, axis=axis)
