# SPDX-License-Identifier: MIT
"""SPACE_TO_BATCH_ND over maps."""

from __future__ import annotations

from npucore.ops import Padding, SpaceToBatch
from npucore_tflite.node import Node, Operators


def space_to_batch(node: Node) -> SpaceToBatch:
    """Read the operator."""
    block, padding = block_and_border(node)
    return node.make(SpaceToBatch, input=node.input(0), block=block, padding=padding)


def block_and_border(node: Node) -> tuple[tuple[int, int], Padding]:
    """The block's (rows, columns), and what is added around the map or cut off it."""
    block, border = node.constant(1), node.constant(2, rank=2)
    if block.shape != (2,) or border.shape != (2, 2):
        node.unsupported(f"blocks of {block.size} axes")
    return (int(block[0]), int(block[1])), Padding(*border.reshape(-1).tolist())


OPERATORS: Operators = {"SPACE_TO_BATCH_ND": space_to_batch}
