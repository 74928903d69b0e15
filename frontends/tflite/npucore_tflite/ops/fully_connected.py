# SPDX-License-Identifier: MIT
"""FULLY_CONNECTED."""

from __future__ import annotations

import tflite

from npucore.ops import FullyConnected
from npucore_tflite.node import Node


def fully_connected(node: Node) -> FullyConnected:
    """Read the operator."""
    options = node.options(tflite.FullyConnectedOptions, "FusedActivationFunction", "WeightsFormat")
    if options["WeightsFormat"] != tflite.FullyConnectedOptionsWeightsFormat.DEFAULT:
        node.unsupported(f"weights format {options['WeightsFormat']}")
    return node.make(
        FullyConnected,
        input=node.input(0),
        weights=node.input(1),
        bias=node.optional(2),
        activation=node.activation(options["FusedActivationFunction"]),
    )
