# SPDX-License-Identifier: MIT
"""DepthToSpace, and SpaceToDepth."""

from __future__ import annotations

from npucore.ops import DepthToSpace, Transpose
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import NHWC, Value


def depth_to_space(node: Node) -> Value:
    """The op for channels that come last (DCR); for CRD elements are moved one by one."""
    source, block = node.map(0), node.integer("blocksize")
    n, h, w, c = source.shape
    if not 1 <= block <= c or c % (block * block):
        node.invalid(f"blocks of {block} x {block} from {c} channels")
    if node.text("mode", "DCR") == "DCR":
        return node.moved(DepthToSpace, NHWC, input=source, block=block)
    split = node.assembly.reshaped(source, (n, h, w, c // block**2, block, block))
    moved = node.moved(Transpose, input=split, permutation=(0, 1, 4, 2, 5, 3)).tensor
    shape = (n, h * block, w * block, c // block**2)
    return Value(node.assembly.reshaped(moved, shape), NHWC)


def space_to_depth(node: Node) -> Value:
    """Blocks of pixels become channels."""
    source, block = node.map(0), node.integer("blocksize")
    n, h, w, c = source.shape
    if block < 1 or h % block or w % block:
        node.invalid(f"blocks of {block} x {block} from a map of {h} x {w}")
    split = node.assembly.reshaped(source, (n, h // block, block, w // block, block, c))
    places = (0, 1, 3, 2, 4, 5) if node.text("mode", "DCR") == "DCR" else (0, 1, 3, 5, 2, 4)
    moved = node.moved(Transpose, input=split, permutation=places).tensor
    shape = (n, h // block, w // block, block * block * c)
    return Value(node.assembly.reshaped(moved, shape), NHWC)


OPERATORS: Operators = {
    "DepthToSpace": depth_to_space,
    "SpaceToDepth": space_to_depth,
}
