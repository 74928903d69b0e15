# SPDX-License-Identifier: MIT
"""REVERSE_V2, and REVERSE_SEQUENCE."""

from __future__ import annotations

import tflite

from npucore.ops import Reverse
from npucore_tflite.node import Node, Operators


def reverse(node: Node) -> Reverse:
    """REVERSE_V2: along constant axes."""
    rank = len(node.input(0).shape)
    axes = tuple(sorted({node.axis(axis, rank) for axis in node.constant(1).tolist()}))
    return node.make(Reverse, input=node.input(0), axes=axes)


def reverse_sequence(node: Node) -> Reverse:
    """REVERSE_SEQUENCE: each entry's first elements."""
    options = node.options(tflite.ReverseSequenceOptions, "SeqDim", "BatchDim")
    rank = len(node.input(0).shape)
    return node.make(
        Reverse,
        input=node.input(0),
        lengths=node.input(1),
        axes=(node.axis(options["SeqDim"], rank),),
        batch_axis=node.axis(options["BatchDim"], rank),
    )


OPERATORS: Operators = {
    "REVERSE_SEQUENCE": reverse_sequence,
    "REVERSE_V2": reverse,
}
