# SPDX-License-Identifier: MIT
"""RNN, UNIDIRECTIONAL_SEQUENCE_RNN and BIDIRECTIONAL_SEQUENCE_RNN.

Source: TFLite basic_rnn.cc, unidirectional_sequence_rnn.cc, bidirectional_sequence_rnn.cc.
"""

from __future__ import annotations

import tflite

from npucore.ops import Op, Rnn
from npucore.tensor import Tensor
from npucore_tflite.node import Node, Operators
from npucore_tflite.ops.recurrence import (
    IDENTITY,
    declared,
    function,
    joined,
    returned,
    run_first,
    sequence,
    stacked,
)

AUXILIARY = range(9, 12)


def rnn(node: Node) -> Op:
    """RNN: one step."""
    options = node.options(tflite.RNNOptions, "FusedActivationFunction", "AsymmetricQuantizeInputs")
    return _single(node, options, time_major=True)


def sequence_rnn(node: Node) -> Op:
    """UNIDIRECTIONAL_SEQUENCE_RNN."""
    names = ("FusedActivationFunction", "AsymmetricQuantizeInputs", "TimeMajor")
    options = node.options(tflite.SequenceRNNOptions, *names)
    return _single(node, options, time_major=bool(options["TimeMajor"]))


def both_ways_rnn(node: Node) -> Op:
    """BIDIRECTIONAL_SEQUENCE_RNN: both directions, side by side or as two results."""
    names = ("FusedActivationFunction", "AsymmetricQuantizeInputs", "TimeMajor", "MergeOutputs")
    options = node.options(tflite.BidirectionalSequenceRNNOptions, *names)
    if any(node.optional(position) is not None for position in AUXILIARY):
        node.unsupported("auxiliary inputs")
    time_major = bool(options["TimeMajor"])
    x = sequence(node, time_major=time_major)
    ends = [
        returned(
            node,
            _direction(node, x, options, first, f"way{first}", backwards=first != 1),
            3,
            time_major=time_major,
        )
        for first in (1, 5)
    ]
    if options["MergeOutputs"]:
        return node.finish(joined(node, ends))
    node.several(ends)
    return node.before[-1]


def _single(node: Node, options: dict[str, int], *, time_major: bool) -> Op:
    x = sequence(node, time_major=time_major)
    outputs = _direction(node, x, options, 1, "way", backwards=False)
    return node.finish(returned(node, outputs, len(node.input(0).shape), time_major=time_major))


def _direction(
    node: Node, x: Tensor, options: dict[str, int], first: int, name: str, *, backwards: bool
) -> Tensor:
    """Add the op of one direction; its outputs (T, B, H). Operands begin at *first*."""
    weights, recurrent, bias = (
        stacked(node, [node.input(first + number)], [1]) for number in range(3)
    )
    if weights is None or recurrent is None:
        node.invalid("no weights")
    before = node.input(first + 3)
    results = (
        declared(node, f"{name}/steps", (*x.shape[:2], weights.shape[0])),
        declared(node, f"{name}/output", before.shape),
    )
    op = Rnn(
        input=x,
        weights=weights,
        recurrent=recurrent,
        bias=bias,
        first_output=before,
        results=results,
        functions=(function(node, options["FusedActivationFunction"]),),
        numbers=IDENTITY,
        asymmetric_inputs=bool(options["AsymmetricQuantizeInputs"]),
        backwards=backwards,
    )
    run_first(node, op)
    node.states.append((before, results[1]))
    return results[0]


OPERATORS: Operators = {
    "BIDIRECTIONAL_SEQUENCE_RNN": both_ways_rnn,
    "RNN": rnn,
    "UNIDIRECTIONAL_SEQUENCE_RNN": sequence_rnn,
}
