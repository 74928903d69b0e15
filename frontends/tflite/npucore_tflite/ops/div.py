# SPDX-License-Identifier: MIT
"""DIV."""

from __future__ import annotations

import tflite

from npucore.ops import Div
from npucore_tflite.node import Node


def div(node: Node) -> Div:
    """Read the operator; operands of other shapes are broadcast."""
    options = node.options(tflite.DivOptions, "FusedActivationFunction")
    return Div(
        a=node.broadcast(node.input(0), node.output.shape),
        b=node.broadcast(node.input(1), node.output.shape),
        output=node.output,
        activation=node.activation(options["FusedActivationFunction"]),
    )
