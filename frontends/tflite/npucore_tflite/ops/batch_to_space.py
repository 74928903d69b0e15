# SPDX-License-Identifier: MIT
"""BATCH_TO_SPACE_ND over maps."""

from __future__ import annotations

from npucore.ops import BatchToSpace
from npucore_tflite.node import Node, Operators
from npucore_tflite.ops.space_to_batch import block_and_border


def batch_to_space(node: Node) -> BatchToSpace:
    """Read the operator."""
    block, crop = block_and_border(node)
    return node.make(BatchToSpace, input=node.input(0), block=block, crop=crop)


OPERATORS: Operators = {"BATCH_TO_SPACE_ND": batch_to_space}
