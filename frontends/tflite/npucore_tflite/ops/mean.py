# SPDX-License-Identifier: MIT
"""MEAN."""

from __future__ import annotations

from npucore.ops import Mean
from npucore_tflite.node import Node, Operators
from npucore_tflite.ops.reduce import axes_of


def mean(node: Node) -> Mean:
    """Read the operator."""
    return node.make(Mean, **axes_of(node))


OPERATORS: Operators = {"MEAN": mean}
