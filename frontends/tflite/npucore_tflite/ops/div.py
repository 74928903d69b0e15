# SPDX-License-Identifier: MIT
"""DIV."""

from __future__ import annotations

import tflite

from npucore.ops import Div
from npucore_tflite.node import Node, Operators


def div(node: Node) -> Div:
    """Read the operator; operands of other shapes are broadcast."""
    options = node.options(tflite.DivOptions, "FusedActivationFunction")
    a, b = node.alike(node.input(0), node.input(1))
    return node.make(
        Div,
        a=a,
        b=b,
        activation=node.activation(options["FusedActivationFunction"]),
    )


OPERATORS: Operators = {"DIV": div}
