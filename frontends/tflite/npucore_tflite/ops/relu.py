# SPDX-License-Identifier: MIT
"""RELU, RELU6 and RELU_N1_TO_1."""

from __future__ import annotations

from npucore.ops import Activation, Relu
from npucore_tflite.node import Node, Operators


def relu(node: Node) -> Relu:
    """RELU: at least 0."""
    return _relu(node, Activation.RELU)


def relu6(node: Node) -> Relu:
    """RELU6: 0 to 6."""
    return _relu(node, Activation.RELU6)


def relu_n1_to_1(node: Node) -> Relu:
    """RELU_N1_TO_1: -1 to 1."""
    return _relu(node, Activation.RELU_N1_TO_1)


def _relu(node: Node, activation: Activation) -> Relu:
    return node.make(Relu, input=node.input(0), activation=activation)


OPERATORS: Operators = {
    "RELU": relu,
    "RELU6": relu6,
    "RELU_N1_TO_1": relu_n1_to_1,
}
