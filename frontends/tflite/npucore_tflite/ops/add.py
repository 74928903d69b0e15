# SPDX-License-Identifier: MIT
"""ADD."""

from __future__ import annotations

import tflite

from npucore.ops import Add
from npucore_tflite.node import Node


def add(node: Node) -> Add:
    """Read the operator; operands of other shapes are broadcast."""
    options = node.options(tflite.AddOptions, "FusedActivationFunction")
    return Add(
        a=node.broadcast(node.input(0), node.output.shape),
        b=node.broadcast(node.input(1), node.output.shape),
        output=node.output,
        activation=node.activation(options["FusedActivationFunction"]),
    )
