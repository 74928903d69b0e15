# SPDX-License-Identifier: MIT
"""TOPK_V2."""

from __future__ import annotations

from npucore.ops import TopK
from npucore_tflite.node import Node, Operators


def top_k(node: Node) -> TopK:
    """Read the operator; the count is a constant."""
    return node.make(TopK, input=node.input(0), count=node.integer(1))


OPERATORS: Operators = {"TOPK_V2": top_k}
