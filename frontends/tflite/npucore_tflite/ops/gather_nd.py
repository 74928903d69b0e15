# SPDX-License-Identifier: MIT
"""GATHER_ND."""

from __future__ import annotations

from npucore.ops import GatherNd
from npucore_tflite.node import Node, Operators


def gather_nd(node: Node) -> GatherNd:
    """Read the operator."""
    return node.make(
        GatherNd,
        input=node.input(0),
        indices=node.input(1),
    )


OPERATORS: Operators = {"GATHER_ND": gather_nd}
