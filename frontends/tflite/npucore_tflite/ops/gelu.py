# SPDX-License-Identifier: MIT
"""GELU."""

from __future__ import annotations

import tflite

from npucore.ops import Gelu
from npucore_tflite.node import Node, Operators


def gelu(node: Node) -> Gelu:
    """Read the operator."""
    approximate = node.options(tflite.GeluOptions, "Approximate")["Approximate"]
    return node.make(Gelu, input=node.input(0), approximate=bool(approximate))


OPERATORS: Operators = {"GELU": gelu}
