# SPDX-License-Identifier: MIT
"""RNN."""

from __future__ import annotations

from npucore.ops import RecurrentFunction, Rnn
from npucore.tensor import Tensor
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.recurrence import Direction, added, both_ways, halves, lengths, sequence
from npucore_onnx.value import Value


def rnn(node: Node) -> tuple[Value, ...]:
    """One op for each direction."""

    def make(direction: Direction, results: tuple[Tensor, ...]) -> Rnn:
        functions, numbers = direction.functions((RecurrentFunction.TANH,))
        return Rnn(
            input=sequence(node),
            weights=direction.needed(1),
            recurrent=direction.needed(2),
            bias=added(node, *halves(node, direction.part(3))),
            lengths=lengths(node),
            first_output=direction.part(5, batch_first=True),
            results=(results[0], results[1]),
            functions=functions,
            numbers=numbers,
            clip=node.real("clip", 0.0),
            backwards=direction.backwards,
        )

    return both_ways(node, 1, make)


OPERATORS: Operators = {"RNN": rnn}
