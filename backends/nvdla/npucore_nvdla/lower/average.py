# SPDX-License-Identifier: MIT
"""Averages as convolutions: sums of windows, times what each window's share of an LSB is.

Over the edge a window counts fewer values, so that each result has a factor of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from npucore.ops import Padding
from npucore_nvdla.chip import Chip
from npucore_nvdla.layout import Int16s
from npucore_nvdla.lower.layer import Convolve, PerElement, Points, Stage
from npucore_nvdla.lower.points import Clamp
from npucore_nvdla.lower.sums import Kernels, Window, summed
from npucore_nvdla.maps import Region
from npucore_nvdla.quantize import fraction, zero_point


def averaged(
    source: Region,
    target: Region,
    kernel: tuple[int, int],
    window: Window,
    padding: Padding,
    clamp: Clamp,
    chip: Chip,
) -> Iterator[Convolve]:
    """A layer for each atom of channels."""
    scale = float(source.tensor.q.scale) / float(target.tensor.q.scale)
    edge = _shares(source, target, kernel, window, scale) if any(padding) else None
    for first in range(0, source.shape.channels, chip.atom_bytes):
        count = min(chip.atom_bytes, source.shape.channels - first)
        weights = np.zeros((count, *kernel, count), np.int16)
        weights[np.arange(count), ..., np.arange(count)] = 1
        scales = np.full(count, scale / (kernel[0] * kernel[1]))
        one = Kernels(weights, np.zeros(count, np.int64), scales)
        a, b = source.channels(first, count), target.channels(first, count)
        layer = summed(a, b, one, window, clamp, second=edge is None)
        yield layer if edge is None else _over_the_edge(layer, edge)


def _shares(
    source: Region, target: Region, kernel: tuple[int, int], window: Window, scale: float
) -> tuple[Int16s, int]:
    """(OH, OW) factors, and their shift."""
    counts = np.outer(
        *(
            np.minimum(np.arange(outs) * step - before + k, size)
            - np.maximum(np.arange(outs) * step - before, 0)
            for outs, step, before, k, size in zip(
                target.shape[:2], window.stride, window.padding, kernel, source.shape[:2],
                strict=True,
            )
        )
    )  # fmt: skip
    _, shift = fraction(scale / counts.min())
    return np.rint(scale / counts * 2.0**shift).astype(np.int16), shift


def _over_the_edge(layer: Convolve, shares: tuple[Int16s, int]) -> Convolve:
    """The border holds the zero point, for which the bias makes up in full windows."""
    factors, shift = shares
    points = layer.points
    assert points.second is not None
    second = Stage(factor=PerElement(factors), factor_shift=shift, relu=points.second.relu)
    return replace(
        layer, points=Points(points.first, second, -zero_point(layer.destination.tensor))
    )
