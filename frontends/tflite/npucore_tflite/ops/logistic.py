# SPDX-License-Identifier: MIT
"""LOGISTIC."""

from __future__ import annotations

from npucore.ops import Logistic
from npucore_tflite.node import Node


def logistic(node: Node) -> Logistic:
    """Read the operator."""
    return Logistic(input=node.input(0), output=node.output)
