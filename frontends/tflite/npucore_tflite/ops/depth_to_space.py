# SPDX-License-Identifier: MIT
"""DEPTH_TO_SPACE."""

from __future__ import annotations

import tflite

from npucore.ops import DepthToSpace
from npucore_tflite.node import Node, Operators


def depth_to_space(node: Node) -> DepthToSpace:
    """Read the operator."""
    block = node.options(tflite.DepthToSpaceOptions, "BlockSize")["BlockSize"]
    return node.make(DepthToSpace, input=node.input(0), block=block)


OPERATORS: Operators = {"DEPTH_TO_SPACE": depth_to_space}
