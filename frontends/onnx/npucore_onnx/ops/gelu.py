# SPDX-License-Identifier: MIT
"""Gelu."""

from __future__ import annotations

from npucore.ops import Gelu
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value


def gelu(node: Node) -> Value:
    """The op `gelu`, by the hyperbolic tangent where the node asks for it."""
    approximate = node.text("approximate", "none")
    node.require(approximate in ("none", "tanh"), f"an approximation {approximate!r}")
    value = node.value(0)
    return node.emit(Gelu, value.order, input=value.tensor, approximate=approximate == "tanh")


OPERATORS: Operators = {"Gelu": gelu}
