# SPDX-License-Identifier: MIT
"""GatherElements."""

from __future__ import annotations

from npucore.ops import GatherElements
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value


def gather_elements(node: Node) -> Value:
    """Read the operator."""
    source = node.tensor(0)
    axis = node.axis(node.integer("axis", 0), len(source.shape))
    return node.moved(GatherElements, input=source, indices=node.tensor(1), axis=axis)


OPERATORS: Operators = {"GatherElements": gather_elements}
