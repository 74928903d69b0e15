# SPDX-License-Identifier: MIT
"""ADD."""

from __future__ import annotations

import tflite

from npucore.ops import Add
from npucore_tflite.node import Node, Operators


def add(node: Node) -> Add:
    """Read the operator; operands of other shapes are broadcast."""
    options = node.options(tflite.AddOptions, "FusedActivationFunction")
    a, b = node.alike(node.input(0), node.input(1))
    return node.make(
        Add,
        a=a,
        b=b,
        activation=node.activation(options["FusedActivationFunction"]),
    )


OPERATORS: Operators = {"ADD": add}
