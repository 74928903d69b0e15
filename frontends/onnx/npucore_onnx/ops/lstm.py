# SPDX-License-Identifier: MIT
"""LSTM."""

from __future__ import annotations

import numpy as np

from npucore.ops import Lstm, RecurrentFunction
from npucore.tensor import Array, Tensor
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.recurrence import Direction, added, both_ways, halves, lengths, sequence
from npucore_onnx.value import Value

SIGMOID, TANH = RecurrentFunction.SIGMOID, RecurrentFunction.TANH
FORGET = 2  # place of the forget gate among the four


def lstm(node: Node) -> tuple[Value, ...]:
    """One op for each direction."""

    def make(direction: Direction, results: tuple[Tensor, ...]) -> Lstm:
        weights, recurrent = direction.needed(1), direction.needed(2)
        bias = added(node, *halves(node, direction.part(3)))
        peepholes = direction.part(7)
        functions, numbers = direction.functions((SIGMOID, TANH, TANH))
        if node.integer("input_forget", 0):
            if peepholes is not None or functions[0] is not SIGMOID:
                node.unsupported("coupled gates with peepholes, or that are no sigmoids")
            weights, recurrent = (_coupled(node, matrix) for matrix in (weights, recurrent))
            bias = None if bias is None else _coupled(node, bias)
        return Lstm(
            input=sequence(node),
            weights=weights,
            recurrent=recurrent,
            bias=bias,
            peepholes=peepholes,
            lengths=lengths(node),
            first_output=direction.part(5, batch_first=True),
            first_cell=direction.part(6, batch_first=True),
            results=(results[0], results[1], results[2]),
            functions=functions,
            numbers=numbers,
            clip=node.real("clip", 0.0),
            backwards=direction.backwards,
        )

    return both_ways(node, 2, make)


def _coupled(node: Node, tensor: Tensor) -> Tensor:
    """A forget gate that is 1 minus the input gate: the sigmoid of its negated sum."""
    if tensor.data is None:
        node.unsupported("coupled gates of computed weights")
    gates: list[Array] = np.split(tensor.data, 4)
    gates[FORGET] = -gates[0]
    data = np.concatenate(gates)
    return Tensor(tensor.name, data.shape, data.dtype, None, data)


OPERATORS: Operators = {"LSTM": lstm}
