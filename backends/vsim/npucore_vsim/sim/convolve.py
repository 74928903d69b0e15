# SPDX-License-Identifier: MIT
"""Sums of products over windows of a map, exact."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Map = npt.NDArray[Any]  # (C, H, W) integers in floats, centred
Weights = npt.NDArray[np.int16]  # (O, C, KH, KW), centred
LARGEST_INPUT = 255
EXACT_FLOAT32 = 1 << 24  # up to here floats hold every integer


Channels = npt.NDArray[np.int64]


def single_channels(weights: Weights, depthwise: bool) -> tuple[Weights, Channels | None]:
    """Kernels that read one channel each, (O, 1, KH, KW), and those channels; else as they are.

    V7 has such kernels for depthwise: they cost no more than that.
    """
    count = len(weights)
    if depthwise:
        return weights, np.arange(count)
    if weights.shape[1] > 1:
        used = weights.any(axis=(2, 3))
        if (used.sum(axis=1) <= 1).all():
            channels = used.argmax(axis=1)
            return weights[np.arange(count), channels][:, None], channels
    return weights, None


class Filter:
    """Kernels made ready, for any number of images.

    *dtype* is the narrowest float that holds every sum, whatever the order: no input is above 255.
    *channels* are those that kernels read of which each reads one.
    """

    def __init__(self, weights: Weights, channels: Channels | None = None) -> None:
        count = len(weights)
        sums = np.abs(weights).reshape(count, -1).sum(axis=1, dtype=np.int64)
        self.largest = int(sums.max(initial=0)) * LARGEST_INPUT  # that a sum can be
        self.dtype = np.float32 if self.largest < EXACT_FLOAT32 else np.float64
        self._channels, self._count = channels, count
        taps = np.moveaxis(weights, (2, 3), (0, 1))  # (KH, KW, O, C)
        self._taps = [
            (y, x, np.ascontiguousarray(taps[y, x], self.dtype))
            for y, x in np.ndindex(taps.shape[:2])
            if taps[y, x].any()
        ]

    def sums(self, image: Map, rows: int, columns: int, step: int) -> Map:
        """(O, rows, columns) sums at every *step*-th position of *image*, which has `dtype`."""
        if self._channels is not None:
            return self._by_channel(image[self._channels], rows, columns, step)
        total = np.zeros((self._count, rows * columns), self.dtype)
        for y, x, tap in self._taps:
            total += tap @ _window(image, y, x, rows, columns, step).reshape(len(image), -1)
        return total.reshape(self._count, rows, columns)

    def _by_channel(self, image: Map, rows: int, columns: int, step: int) -> Map:
        total = np.zeros((self._count, rows, columns), self.dtype)
        for y, x, tap in self._taps:
            total += tap[:, :, None] * _window(image, y, x, rows, columns, step)
        return total


def _window(image: Map, y: int, x: int, rows: int, columns: int, step: int) -> Map:
    return image[:, y : y + rows * step : step, x : x + columns * step : step]
