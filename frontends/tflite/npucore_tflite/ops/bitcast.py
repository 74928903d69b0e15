# SPDX-License-Identifier: MIT
"""BITCAST."""

from __future__ import annotations

from npucore.ops import Bitcast
from npucore_tflite.node import Node, Operators


def bitcast(node: Node) -> Bitcast:
    """Read the operator; both tensors say their dtypes themselves."""
    return node.make(Bitcast, input=node.input(0))


OPERATORS: Operators = {"BITCAST": bitcast}
