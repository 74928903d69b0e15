# SPDX-License-Identifier: MIT
"""MUL."""

from __future__ import annotations

import tflite

from npucore.ops import Mul
from npucore_tflite.node import Node, Operators


def mul(node: Node) -> Mul:
    """Read the operator; operands of other shapes are broadcast."""
    options = node.options(tflite.MulOptions, "FusedActivationFunction")
    a, b = node.alike(node.input(0), node.input(1))
    return node.make(
        Mul,
        a=a,
        b=b,
        activation=node.activation(options["FusedActivationFunction"]),
    )


OPERATORS: Operators = {"MUL": mul}
