# SPDX-License-Identifier: MIT
"""HardSigmoid."""

from __future__ import annotations

from npucore.ops import Activation, Add, Minimum
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.mul import scaled
from npucore_onnx.value import Value


def hard_sigmoid(node: Node) -> Value:
    """``min(max(alpha * x + beta, 0), 1)``."""
    value = scaled(node, node.value(0), node.real("alpha", 0.2))
    beta = node.number(node.real("beta", 0.5), value.tensor)
    moved = node.emit(Add, value.order, a=value.tensor, b=beta, activation=Activation.RELU)
    return node.emit(Minimum, value.order, a=moved.tensor, b=node.number(1, moved.tensor))


OPERATORS: Operators = {"HardSigmoid": hard_sigmoid}
