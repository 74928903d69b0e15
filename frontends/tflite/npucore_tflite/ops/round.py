# SPDX-License-Identifier: MIT
"""ROUND."""

from __future__ import annotations

from npucore.ops import Round
from npucore_tflite.node import Node


def round(node: Node) -> Round:
    """Read the operator."""
    return node.make(Round, input=node.input(0))
