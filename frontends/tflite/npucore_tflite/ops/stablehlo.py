# SPDX-License-Identifier: MIT
"""STABLEHLO_ADD and STABLEHLO_MULTIPLY: operators without options."""

from __future__ import annotations

from npucore.ops import Add, Mul
from npucore.tensor import Tensor
from npucore_tflite.node import Node, Operators


def add_plainly(node: Node) -> Add:
    """STABLEHLO_ADD."""
    a, b = _plain(node)
    return node.make(Add, a=a, b=b)


def multiply_plainly(node: Node) -> Mul:
    """STABLEHLO_MULTIPLY."""
    a, b = _plain(node)
    return node.make(Mul, a=a, b=b)


def _plain(node: Node) -> tuple[Tensor, ...]:
    if any(tensor.quantization is not None for tensor in (*node.all_inputs(), node.output)):
        node.unsupported("stored integers: TFLite computes them whatever they stand for")
    return node.alike(node.input(0), node.input(1))


OPERATORS: Operators = {
    "STABLEHLO_ADD": add_plainly,
    "STABLEHLO_MULTIPLY": multiply_plainly,
}
