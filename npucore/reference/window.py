# SPDX-License-Identifier: MIT
"""Maps with borders, seen through sliding windows."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided

from npucore.ops import Padding
from npucore.tensor import Array


def padded(x: Array, padding: Padding, fill: int | float) -> Array:
    """(N, H, W, C) with borders of *fill*; *x* itself, C-contiguous, if there are none."""
    if not any(padding):
        return np.ascontiguousarray(x)
    n, h, w, c = x.shape
    top, bottom, left, right = padding
    out = np.empty((n, top + h + bottom, left + w + right, c), x.dtype)
    out[:, :top], out[:, top + h :] = fill, fill
    inner = out[:, top : top + h]
    inner[:, :, :left], inner[:, :, left + w :] = fill, fill
    inner[:, :, left : left + w] = x
    return out


def windows(
    x: Array,
    size: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
) -> Array:
    """Every window of a C-contiguous map (H, W, C): a view of shape (OH, OW, KH, KW, C)."""
    y, x_, c = x.strides
    return as_strided(
        x,
        (*size, *kernel, x.shape[2]),
        (y * stride[0], x_ * stride[1], y * dilation[0], x_ * dilation[1], c),
        writeable=False,
    )
