# SPDX-License-Identifier: MIT
"""EQUAL."""

from __future__ import annotations

from npucore.ops import Equal
from npucore_tflite.node import Node, Operators


def equal(node: Node) -> Equal:
    """Read the operator; operands are broadcast."""
    a, b = node.alike(node.input(0), node.input(1))
    return node.make(Equal, a=a, b=b)


OPERATORS: Operators = {"EQUAL": equal}
