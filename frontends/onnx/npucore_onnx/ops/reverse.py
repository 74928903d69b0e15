# SPDX-License-Identifier: MIT
"""ReverseSequence."""

from __future__ import annotations

from npucore.ops import Reverse
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value


def reverse_sequence(node: Node) -> Value:
    """The op `reverse`, with lengths."""
    axis, batch = node.integer("time_axis", 0), node.integer("batch_axis", 1)
    source, lengths = node.tensor(0), node.tensor(1)
    return node.moved(Reverse, input=source, lengths=lengths, axes=(axis,), batch_axis=batch)


OPERATORS: Operators = {"ReverseSequence": reverse_sequence}
