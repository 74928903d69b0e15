# SPDX-License-Identifier: MIT
"""CAST."""

from __future__ import annotations

from npucore.ops import Cast
from npucore_tflite.node import Node, Operators


def cast(node: Node) -> Cast:
    """Read the operator; both tensors say their dtypes themselves."""
    return node.make(
        Cast,
        input=node.input(0),
    )


OPERATORS: Operators = {"CAST": cast}
