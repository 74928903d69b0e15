# SPDX-License-Identifier: MIT
"""Expand, and Tile."""

from __future__ import annotations

import numpy as np

from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value, plain


def expand(node: Node) -> Value:
    """The op `broadcast`."""
    value, shape = node.value(0), node.constants(1)
    node.require(min(shape, default=1) >= 0, f"shape {shape}")
    try:
        wanted = np.broadcast_shapes(value.shape, tuple(shape))
    except ValueError:
        node.invalid(f"{value.shape} does not broadcast to {shape}")
    return Value.of(node.assembly.broadcast(value, wanted, plain(len(wanted))))


def tile(node: Node) -> Value:
    """A new axis in front of each that is repeated, broadcast, and taken back."""
    value, counts = node.value(0), node.constants(1)
    node.require(len(counts) == value.rank and min(counts, default=1) >= 0, f"repeats {counts}")
    thin: list[int] = []
    wide: list[int] = []
    for size, count in zip(value.shape, counts, strict=True):
        thin += [size] if count == 1 else [1, size]
        wide += [size] if count == 1 else [count, size]
    source = node.assembly.reshaped(node.tensor(0), tuple(thin))
    repeated = node.assembly.broadcast(Value.of(source), tuple(wide), plain(len(wide)))
    shape = tuple(size * count for size, count in zip(value.shape, counts, strict=True))
    return Value.of(node.assembly.reshaped(repeated, shape))


OPERATORS: Operators = {
    "Expand": expand,
    "Tile": tile,
}
