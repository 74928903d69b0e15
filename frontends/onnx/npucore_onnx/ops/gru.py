# SPDX-License-Identifier: MIT
"""GRU."""

from __future__ import annotations

from npucore.ops import Gru, RecurrentFunction
from npucore.tensor import Tensor
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.recurrence import Direction, both_ways, halves, lengths, sequence
from npucore_onnx.value import Value


def gru(node: Node) -> tuple[Value, ...]:
    """One op for each direction."""

    def make(direction: Direction, results: tuple[Tensor, ...]) -> Gru:
        bias, inner = halves(node, direction.part(3))
        functions, numbers = direction.functions(
            (RecurrentFunction.SIGMOID, RecurrentFunction.TANH)
        )
        return Gru(
            input=sequence(node),
            weights=direction.needed(1),
            recurrent=direction.needed(2),
            bias=bias,
            recurrent_bias=inner,
            lengths=lengths(node),
            first_output=direction.part(5, batch_first=True),
            results=(results[0], results[1]),
            functions=functions,
            numbers=numbers,
            clip=node.real("clip", 0.0),
            reset_after=bool(node.integer("linear_before_reset", 0)),
            backwards=direction.backwards,
        )

    return both_ways(node, 1, make)


OPERATORS: Operators = {"GRU": gru}
