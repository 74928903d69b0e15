# SPDX-License-Identifier: MIT
"""POW."""

from __future__ import annotations

from npucore.ops import Power
from npucore_tflite.node import Node, Operators


def power(node: Node) -> Power:
    """Read the operator; operands are broadcast."""
    a, b = node.alike(node.input(0), node.input(1))
    return node.make(Power, a=a, b=b)


OPERATORS: Operators = {"POW": power}
