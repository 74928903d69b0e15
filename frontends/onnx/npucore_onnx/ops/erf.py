# SPDX-License-Identifier: MIT
"""Erf."""

from __future__ import annotations

from npucore.ops import Erf
from npucore_onnx.node import Node
from npucore_onnx.value import Value


def erf(node: Node) -> Value:
    """Read the operator."""
    value = node.value(0)
    return node.emit(Erf, value.order, input=value.tensor)
