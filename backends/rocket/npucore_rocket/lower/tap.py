# SPDX-License-Identifier: MIT
"""Depthwise kernels of one tap: windows, steps and borders of a map, whose values they keep."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from npucore.tensor import Tensor
from npucore_rocket.chip import Chip
from npucore_rocket.lower.layer import SYMMETRIC, Band, Layer
from npucore_rocket.maps import MapShape
from npucore_rocket.quantize import zero_point

Sizes = tuple[int, int]
ONE = 64  # the stored weight of real 1: a power of two keeps halves exact


def tapped(
    source: Tensor,
    source_shape: MapShape,
    destination: Tensor,
    destination_shape: MapShape,
    *,
    at: tuple[int, int] = (0, 0),
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    border: int | None = None,
) -> Layer:
    """``destination[y, x] = source[y * stride + at - padding]``, *border* outside the source.

    Source and destination have one quantization, so that stored numbers are kept. The kernel spans
    what is left out on every side, so that windows cover the whole map, as all known ones do.
    """
    sizes = zip(source_shape[:2], at, padding, stride, destination_shape[:2], strict=True)
    kernel = np.zeros((source_shape.channels, *(spanned(*each) for each in sizes)), np.int8)
    kernel[:, at[0], at[1]] = ONE
    return depthwise(
        source,
        source_shape,
        destination,
        destination_shape,
        kernel,
        ONE,
        stride=stride,
        padding=padding,
        border=border,
    )


def spanned(size: int, at: int, before: int, step: int, windows: int) -> int:
    """Taps of the smallest kernel, *at* one of which is the one, that has no more *windows*.

    >>> spanned(10, 0, 0, 1, 7), spanned(5, 1, 0, 2, 2)
    (4, 2)
    """
    left_out = size + before - at - ((windows - 1) * step + 1)
    return at + 1 + max(0, left_out - step + 1)


def depthwise(
    source: Tensor,
    source_shape: MapShape,
    destination: Tensor,
    destination_shape: MapShape,
    kernel: np.ndarray,
    one: int,
    *,
    total: int | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    border: int | None = None,
    spread: tuple[int, int] = (1, 1),
) -> Layer:
    """A layer of one (C, KH, KW) int8 kernel for each channel, of which *one* counts as real 1.

    *total* is the sum of the weights that lie on input pixels, all of them if nothing is said.
    """
    zero = zero_point(source)
    taps = int(kernel[0].sum(dtype=np.int64)) if total is None else total
    scale = float(source.q.scale) / float(destination.q.scale) / one
    return Layer(
        source=source,
        source_shape=source_shape,
        source_zero_point=zero,
        destination=destination,
        destination_shape=destination_shape,
        destination_zero_point=zero_point(destination),
        weights=kernel,
        weight_zero_points=SYMMETRIC,
        bias=np.full(source_shape.channels, -zero * taps, np.int64),
        scales=np.array([scale]),
        stride=stride,
        padding=padding,
        depthwise=True,
        border=border,
        spread=spread,
    )


def moved(
    source: Tensor,
    destination: Tensor,
    shape: MapShape,
    source_band: Band | None,
    destination_band: Band | None,
) -> Layer:
    """Some rows of a map as some rows of another."""
    layer = tapped(source, shape, destination, shape)
    return replace(layer, source_band=source_band, destination_band=destination_band)


def plane(pixels: int, chip: Chip, band: Band | None = None) -> Sizes | None:
    """Rows and columns of so many pixels, in a map's limits: the nearest to a square.

    Of a *band*, rows begin where those of the larger map do. None if there are none.

    >>> from npucore_rocket.chip import RK3588
    >>> plane(19200, RK3588), plane(80, RK3588, Band(64, 144))
    ((150, 128), (10, 8))
    """
    most, whole = chip.limits.side, pixels if band is None else band.pixels
    unit = math.gcd(pixels, whole, 0 if band is None else band.first)
    found = [
        (pixels // columns, columns)
        for columns in range(1, min(unit, most) + 1)
        if unit % columns == 0 and whole // columns <= most
    ]
    return min(found, key=max, default=None)
