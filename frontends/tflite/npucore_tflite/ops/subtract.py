# SPDX-License-Identifier: MIT
"""SUB."""

from __future__ import annotations

import tflite

from npucore.ops import Subtract
from npucore_tflite.node import Node


def subtract(node: Node) -> Subtract:
    """Read the operator; operands of other shapes are broadcast."""
    options = node.options(tflite.SubOptions, "FusedActivationFunction")
    return Subtract(
        a=node.broadcast(node.input(0), node.output.shape),
        b=node.broadcast(node.input(1), node.output.shape),
        output=node.output,
        activation=node.activation(options["FusedActivationFunction"]),
    )
