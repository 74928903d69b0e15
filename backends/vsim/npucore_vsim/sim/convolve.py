# SPDX-License-Identifier: MIT
"""Sums of products over windows of a map, exact."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Map = npt.NDArray[np.float64]  # (C, H, W), centred
Weights = npt.NDArray[np.int16]  # (O, C, KH, KW), centred


def convolve(image: Map, weights: Weights, rows: int, columns: int, step: int) -> Map:
    """(O, rows, columns) sums at every *step*-th position; doubles hold them without rounding.

    Kernels that read one channel each, as V7 has them for depthwise, cost no more than that.
    """
    single = _single_channels(weights)
    if single is not None:
        channels, flat = single
        return _depthwise(image[channels], flat, rows, columns, step)
    count, channels = weights.shape[:2]
    sums = np.zeros((count, rows * columns))
    for y, x in np.ndindex(weights.shape[2:]):
        tap = weights[:, :, y, x]
        if tap.any():
            seen = _window(image, y, x, rows, columns, step).reshape(channels, -1)
            sums += tap.astype(np.float64) @ seen
    return sums.reshape(count, rows, columns)


def depthwise(image: Map, weights: Weights, rows: int, columns: int, step: int) -> Map:
    """Likewise, kernel k reading channel k alone; (O, 1, KH, KW) weights."""
    return _depthwise(image, weights[:, 0], rows, columns, step)


def _depthwise(image: Map, weights: Weights, rows: int, columns: int, step: int) -> Map:
    sums = np.zeros((len(weights), rows, columns))
    for y, x in np.ndindex(weights.shape[1:]):
        tap = weights[:, y, x, None, None].astype(np.float64)
        sums += tap * _window(image, y, x, rows, columns, step)
    return sums


def _window(image: Map, y: int, x: int, rows: int, columns: int, step: int) -> Map:
    return image[:, y : y + rows * step : step, x : x + columns * step : step]


def _single_channels(weights: Weights) -> tuple[npt.NDArray[np.intp], Weights] | None:
    """The one channel that each kernel reads, and its weights; None if any reads more."""
    if weights.shape[1] == 1:
        return None
    used = weights.any(axis=(2, 3))
    if (used.sum(axis=1) > 1).any():
        return None
    channels = used.argmax(axis=1)
    return channels, weights[np.arange(len(weights)), channels]
