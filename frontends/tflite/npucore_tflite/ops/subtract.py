# SPDX-License-Identifier: MIT
"""SUB."""

from __future__ import annotations

import tflite

from npucore.ops import Subtract
from npucore_tflite.node import Node, Operators


def subtract(node: Node) -> Subtract:
    """Read the operator; operands of other shapes are broadcast."""
    options = node.options(tflite.SubOptions, "FusedActivationFunction")
    a, b = node.alike(node.input(0), node.input(1))
    return node.make(
        Subtract,
        a=a,
        b=b,
        activation=node.activation(options["FusedActivationFunction"]),
    )


OPERATORS: Operators = {"SUB": subtract}
