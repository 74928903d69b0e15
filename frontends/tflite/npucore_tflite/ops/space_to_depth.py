# SPDX-License-Identifier: MIT
"""SPACE_TO_DEPTH."""

from __future__ import annotations

import tflite

from npucore.ops import Op, Reshape, Transpose
from npucore_tflite.node import Node, Operators
from npucore_tflite.padding import map_size


def space_to_depth(node: Node) -> Op:
    """Blocks of pixels become channels: two reshapes around a transposition."""
    block = node.options(tflite.SpaceToDepthOptions, "BlockSize")["BlockSize"]
    map_size(node)
    x = node.input(0)
    n, h, w, c = x.shape
    if block < 1 or h % block or w % block:
        node.invalid(f"blocks of {block} in {h} x {w}")
    apart = (n, h // block, block, w // block, block, c)
    split = node.emit(Reshape, "apart", like=x, shape=apart, input=x)
    order = (0, 1, 3, 2, 4, 5)
    turned = node.emit(Transpose, "turned", like=x, input=split, permutation=order)
    shape = (n, h // block, w // block, block * block * c)
    return node.make(Reshape, shape=shape, input=turned)


OPERATORS: Operators = {"SPACE_TO_DEPTH": space_to_depth}
