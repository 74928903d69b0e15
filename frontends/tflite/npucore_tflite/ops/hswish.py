# SPDX-License-Identifier: MIT
"""HARD_SWISH."""

from __future__ import annotations

from npucore.ops import HSwish
from npucore_tflite.node import Node


def hswish(node: Node) -> HSwish:
    """Read the operator."""
    return node.make(
        HSwish,
        input=node.input(0),
    )
