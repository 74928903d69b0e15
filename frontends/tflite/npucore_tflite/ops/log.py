# SPDX-License-Identifier: MIT
"""LOG."""

from __future__ import annotations

from npucore.ops import Log
from npucore_tflite.node import Node


def log(node: Node) -> Log:
    """Read the operator."""
    return node.make(Log, input=node.input(0))
