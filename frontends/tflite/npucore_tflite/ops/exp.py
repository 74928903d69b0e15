# SPDX-License-Identifier: MIT
"""EXP."""

from __future__ import annotations

from npucore.ops import Exp
from npucore_tflite.node import Node


def exp(node: Node) -> Exp:
    """Read the operator."""
    return node.make(Exp, input=node.input(0))
