# SPDX-License-Identifier: MIT
"""LOGISTIC."""

from __future__ import annotations

from npucore.ops import Logistic
from npucore_tflite.node import Node


def logistic(node: Node) -> Logistic:
    """Read the operator."""
    return node.make(
        Logistic,
        input=node.input(0),
    )
