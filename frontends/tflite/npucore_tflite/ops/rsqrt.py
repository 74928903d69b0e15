# SPDX-License-Identifier: MIT
"""RSQRT."""

from __future__ import annotations

from npucore.ops import Rsqrt
from npucore_tflite.node import Node


def rsqrt(node: Node) -> Rsqrt:
    """Read the operator."""
    return node.make(
        Rsqrt,
        input=node.input(0),
    )
