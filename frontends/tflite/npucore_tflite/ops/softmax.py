# SPDX-License-Identifier: MIT
"""SOFTMAX."""

from __future__ import annotations

import math

import tflite

from npucore.ops import Softmax
from npucore_tflite.node import Node


def softmax(node: Node) -> Softmax:
    """Read the operator."""
    beta = node.options(tflite.SoftmaxOptions, "Beta")["Beta"]
    if not (math.isfinite(beta) and beta > 0):
        node.invalid(f"beta {beta}, wanted positive")
    return Softmax(input=node.input(0), output=node.output, beta=beta)
