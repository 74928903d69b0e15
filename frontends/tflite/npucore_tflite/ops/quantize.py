# SPDX-License-Identifier: MIT
"""QUANTIZE."""

from __future__ import annotations

from npucore.ops import Quantize
from npucore_tflite.node import Node, Operators


def quantize(node: Node) -> Quantize:
    """Read the operator."""
    return node.make(
        Quantize,
        input=node.input(0),
    )


OPERATORS: Operators = {"QUANTIZE": quantize}
