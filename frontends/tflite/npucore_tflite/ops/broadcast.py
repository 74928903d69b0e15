# SPDX-License-Identifier: MIT
"""BROADCAST_TO, TILE, FILL and ZEROS_LIKE."""

from __future__ import annotations

import numpy as np

from npucore.ops import Broadcast, Op, Reshape
from npucore.tensor import Tensor
from npucore_tflite.node import Folders, Node, Operators
from npucore_tflite.tensors import check_size


def broadcast_to(node: Node) -> Broadcast:
    """BROADCAST_TO: the shape is a constant."""
    shape = tuple(int(size) for size in node.constant(1))
    wanted = node.common_shape(node.input(0), Tensor("shape", shape, np.dtype(np.int8)))
    return node.make(Broadcast, shape=wanted, input=node.input(0))


def tile(node: Node) -> Op:
    """TILE: a new axis in front of each that is repeated, broadcast, and taken back."""
    x, counts = node.input(0), node.constant(1).tolist()
    if len(counts) != len(x.shape) or min(counts, default=1) < 0:
        node.invalid(f"multiples {counts} of shape {x.shape}")
    pairs = list(zip(x.shape, counts, strict=True))
    thin = tuple(n for size, count in pairs for n in ((size,) if count == 1 else (1, size)))
    wide = tuple(n for size, count in pairs for n in ((size,) if count == 1 else (count, size)))
    apart = node.emit(Reshape, "apart", like=x, shape=thin, input=x)
    repeated = node.emit(Broadcast, "repeated", like=x, shape=wide, input=apart)
    return node.make(Reshape, shape=tuple(s * n for s, n in pairs), input=repeated)


def fill(node: Node) -> Broadcast:
    """FILL: one number in a constant shape."""
    shape = tuple(int(size) for size in node.constant(0))
    return node.make(Broadcast, shape=shape, input=node.input(1))


def fold_zeros_like(node: Node) -> Tensor:
    """ZEROS_LIKE: as many zeros."""
    x = node.input(0)
    check_size(x.shape, x.dtype, node.where)
    data = np.broadcast_to(np.zeros((), x.dtype), x.shape)
    return Tensor(node.output.name, x.shape, x.dtype, None, data)


OPERATORS: Operators = {
    "BROADCAST_TO": broadcast_to,
    "FILL": fill,
    "TILE": tile,
}


FOLDERS: Folders = {"ZEROS_LIKE": fold_zeros_like}
