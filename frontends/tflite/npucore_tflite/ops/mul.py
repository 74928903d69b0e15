# SPDX-License-Identifier: MIT
"""MUL."""

from __future__ import annotations

import tflite

from npucore.ops import Mul
from npucore_tflite.node import Node


def mul(node: Node) -> Mul:
    """Read the operator; operands of other shapes are broadcast."""
    options = node.options(tflite.MulOptions, "FusedActivationFunction")
    return Mul(
        a=node.broadcast(node.input(0), node.output.shape),
        b=node.broadcast(node.input(1), node.output.shape),
        output=node.output,
        activation=node.activation(options["FusedActivationFunction"]),
    )
