# SPDX-License-Identifier: MIT
"""The class of every pixel: a map of integers, or scores of every class for each."""

from __future__ import annotations

import math

from npucore.graph import Network
from npucore.ops import Argmax
from npucore.tensor import Array, Tensor
from npucore.vision.heads.base import Head, Seen, picture
from npucore.vision.kinds import Answer, Segments
from npucore.vision.segment import class_shares

COARSEST = 8  # pixels of the picture for one of the map


def plane(tensor: Tensor, network: Network) -> tuple[int, int, int, int] | None:
    """(axis of rows, of columns, of channels, number of channels) of a map over the picture."""
    frame, shape = picture(network), tensor.shape
    if frame is None or len(shape) != 4 or shape[0] != 1:
        return None
    least = -(-frame.height // COARSEST), -(-frame.width // COARSEST)
    orders = [(2, 3, 1), (1, 2, 3)] if frame.channels_first else [(1, 2, 3), (2, 3, 1)]
    large = [
        (y, x, c)
        for y, x, c in orders
        if shape[y] >= least[0] and shape[x] >= least[1] and min(shape[y], shape[x]) > 1
    ]
    if not large:
        return None
    ratio = frame.height / frame.width
    y, x, c = min(large, key=lambda axes: abs(math.log(shape[axes[0]] / shape[axes[1]] / ratio)))
    return y, x, c, shape[c]


def _is_map(tensor: Tensor) -> bool:
    """A map of integers without a scale, of any layout with one channel."""
    flat = [size for size in tensor.shape if size != 1]
    whole = tensor.dtype.kind in "iu" and tensor.quantization is None
    return whole and len(flat) == 2 and len(tensor.shape) in (3, 4) and tensor.shape[0] == 1


def fits(network: Network) -> bool:
    """One output over the picture, of integers or of two channels and more."""
    if len(network.outputs) != 1:
        return False
    found = plane(network.outputs[0], network)
    return _is_map(network.outputs[0]) or (found is not None and found[3] > 1)


def read(seen: Seen) -> Answer | None:
    """The best class of every pixel, of equals the first."""
    output = seen.network.outputs[0]
    total = _classes(seen.network)
    if _is_map(output):
        values: Array = seen.arrays[0].reshape([size for size in output.shape if size != 1])
    else:
        if (found := plane(output, seen.network)) is None:
            return None
        y, x, c, total = found
        values = seen.values[0].transpose(0, y, x, c)[0].argmax(axis=2)
    return Segments(tuple(class_shares(values[None])), values, total)


def _classes(network: Network) -> int | None:
    """How many classes a map of integers chooses from, if an op of the network makes it."""
    for op in network.ops:
        if isinstance(op, Argmax) and op.output is network.outputs[0]:
            return op.input.shape[op.axis]
    return None


HEAD = Head(
    "segments",
    "segment",
    "the class of every pixel: a map of integers, or scores (1, H, W, classes)",
    fits,
    read,
)
