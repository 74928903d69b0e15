# SPDX-License-Identifier: MIT
"""FULLY_CONNECTED."""

from __future__ import annotations

import tflite

from npucore.ops import FullyConnected
from npucore.tensor import Shape
from npucore_tflite.node import Node, Operators

OPTIONS = (
    "FusedActivationFunction",
    "WeightsFormat",
    "KeepNumDims",
    "AsymmetricQuantizeInputs",
)


def fully_connected(node: Node) -> FullyConnected:
    """Read the operator; the weights may be computed."""
    options = node.options(tflite.FullyConnectedOptions, *OPTIONS)
    if options["WeightsFormat"] != tflite.FullyConnectedOptionsWeightsFormat.DEFAULT:
        node.unsupported(f"weights format {options['WeightsFormat']}")
    return node.make(
        FullyConnected,
        shape=_shape(node, keep=options["KeepNumDims"]),
        input=node.input(0),
        weights=node.input(1),
        bias=node.optional(2),
        activation=node.activation(options["FusedActivationFunction"]),
        asymmetric_inputs=bool(options["AsymmetricQuantizeInputs"]),
    )


def _shape(node: Node, *, keep: bool) -> Shape:
    """(N, O), or the operand's shape with O in the place of its last axis."""
    shape, weights = node.input(0).shape, node.input(1).shape
    elements = node.input(0).elements
    if len(weights) != 2 or weights[1] < 1 or elements % weights[1]:
        node.invalid(f"weights of {weights} for an operand of shape {shape}")
    if keep and shape[-1:] == weights[1:]:
        return (*shape[:-1], weights[0])
    return elements // weights[1], weights[0]


OPERATORS: Operators = {"FULLY_CONNECTED": fully_connected}
