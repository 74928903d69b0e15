# SPDX-License-Identifier: MIT
"""SAME and VALID as numbers."""

from __future__ import annotations

import tflite

from npucore.ops import Padding
from npucore_tflite.node import Node


def same_padding(size: int, kernel: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    """(before, after) along one axis so that ``out = ceil(size / stride)``; odd ones go after.

    Source: TFLite ComputePaddingHeightWidth.

    >>> same_padding(224, 3, 2)
    (0, 1)
    """
    extent = (kernel - 1) * dilation + 1
    total = max((-(-size // stride) - 1) * stride + extent - size, 0)
    return total // 2, total - total // 2


def padding(
    node: Node,
    scheme: int,
    size: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int] = (1, 1),
) -> Padding:
    """The four numbers that *scheme* (tflite.Padding) stands for; all pairs are ``(y, x)``."""
    if min(*kernel, *stride, *dilation) < 1:
        node.invalid(f"kernel {kernel}, stride {stride}, dilation {dilation}")
    if scheme == tflite.Padding.VALID:
        return Padding()
    if scheme != tflite.Padding.SAME:
        node.invalid(f"padding scheme {scheme}")
    rows, columns = (same_padding(size[i], kernel[i], stride[i], dilation[i]) for i in range(2))
    return Padding(*rows, *columns)


def map_size(node: Node, position: int = 0) -> tuple[int, int]:
    """Rows and columns of a feature map operand."""
    shape = node.input(position).shape
    if len(shape) != 4:
        node.invalid(f"operand {position} has shape {shape}, wanted (N, H, W, C)")
    return shape[1], shape[2]
