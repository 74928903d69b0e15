# SPDX-License-Identifier: MIT
"""CONCATENATION."""

from __future__ import annotations

import tflite

from npucore.ops import Concatenation
from npucore_tflite.node import Node, Operators


def concatenation(node: Node) -> Concatenation:
    """Read the operator."""
    options = node.options(tflite.ConcatenationOptions, "Axis", "FusedActivationFunction")
    return node.make(
        Concatenation,
        operands=node.all_inputs(),
        axis=node.axis(options["Axis"], len(node.input(0).shape)),
        activation=node.activation(options["FusedActivationFunction"]),
    )


OPERATORS: Operators = {"CONCATENATION": concatenation}
