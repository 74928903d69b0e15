# SPDX-License-Identifier: MIT
"""LEAKY_RELU."""

from __future__ import annotations

import math

import tflite

from npucore.ops import LeakyRelu
from npucore_tflite.node import Node, Operators


def leaky_relu(node: Node) -> LeakyRelu:
    """Read the operator."""
    alpha = node.options(tflite.LeakyReluOptions, "Alpha")["Alpha"]
    if not math.isfinite(alpha):
        node.invalid(f"alpha {alpha}")
    return node.make(LeakyRelu, input=node.input(0), alpha=alpha)


OPERATORS: Operators = {"LEAKY_RELU": leaky_relu}
