# SPDX-License-Identifier: MIT
"""LRN."""

from __future__ import annotations

from npucore.ops import LocalResponse
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.softmax import last
from npucore_onnx.value import Value


def local_response(node: Node) -> Value:
    """Read the operator; its alpha is divided by the number of neighbours."""
    value, size = node.value(0), node.integer("size")
    node.require(value.rank >= 2 and size >= 1, f"{size} neighbours in shape {value.shape}")
    order = last(value, 1)
    return node.emit(
        LocalResponse,
        order,
        input=node.assembly.arranged(value, order),
        before=(size - 1) // 2,
        after=size // 2,
        bias=node.real("bias", 1.0),
        alpha=node.real("alpha", 1e-4) / size,
        beta=node.real("beta", 0.75),
    )


OPERATORS: Operators = {"LRN": local_response}
