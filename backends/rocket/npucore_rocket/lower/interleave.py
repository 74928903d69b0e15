# SPDX-License-Identifier: MIT
"""Transposed convolutions in which one tap alone meets a pixel: maps at a multiple of their size.

What the chip lays between the pixels, 0 or the padding's value, no source says of int8. Here the
padding's value is 0, and the weights that meet pixels have one sum everywhere, so that both are the
same. Source: facts of 2026-11, A10 (proven in fp16; int8 on a sibling).
"""

from __future__ import annotations

import numpy as np

from npucore.tensor import Tensor
from npucore_rocket.lower.layer import SYMMETRIC, Layer
from npucore_rocket.lower.tap import ONE, depthwise
from npucore_rocket.maps import MapShape
from npucore_rocket.quantize import zero_point

SPREADS = (1, 2, 4, 8)  # what the fields are known to do
BETWEEN = 0  # the stored number around and between pixels


def repeated(
    source: Tensor,
    shape: MapShape,
    destination: Tensor,
    times: tuple[int, int],
) -> Layer:
    """Every pixel *times* as tall and as wide."""
    kernel = np.full((shape.channels, *times), ONE, np.int8)
    out = MapShape(shape.height * times[0], shape.width * times[1], shape.channels)
    padding = (times[0] - 1, times[1] - 1)
    return depthwise(
        *(source, shape, destination, out, kernel, ONE),
        total=ONE,
        padding=padding,
        border=BETWEEN,
        spread=times,
    )


def interpolated(
    source: Tensor,
    shape: MapShape,
    destination: Tensor,
    times: tuple[int, int],
) -> Layer:
    """*times* - 1 pixels on straight lines between every two, and nothing beyond the last.

    The kernel falls off in steps to both sides, at most 8 by 8 high, which int8 holds exactly.
    """
    rows, columns = (np.minimum(np.arange(1, 2 * n), np.arange(1, 2 * n)[::-1]) for n in times)
    one = times[0] * times[1]
    kernel = np.broadcast_to(np.outer(rows, columns), (shape.channels, rows.size, columns.size))
    height, width = ((n - 1) * t + 1 for n, t in zip(shape[:2], times, strict=True))
    return depthwise(
        *(source, shape, destination, MapShape(height, width, shape.channels)),
        np.ascontiguousarray(kernel, np.int8),
        one,
        total=one,
        padding=(times[0] - 1, times[1] - 1),
        border=BETWEEN,
        spread=times,
    )


def interleaved(
    source: Tensor,
    shape: MapShape,
    destination: Tensor,
    out: MapShape,
    block: tuple[int, int],
    crop: tuple[int, int] = (0, 0),
) -> Layer:
    """Channels to blocks of pixels: ``out[y * sy + i, x * sx + j, c] = source[y, x, (i, j, c)]``.

    *crop* rows and columns are left out above and on the left: fewer than the block has.
    """
    (sy, sx), channels = block, out.channels
    weights = np.zeros((channels, sy, sx, shape.channels), np.int8)
    every = np.arange(channels)
    for i in range(sy):
        for j in range(sx):
            weights[every, sy - 1 - i, sx - 1 - j, (i * sx + j) * channels + every] = ONE
    zero = zero_point(source)
    return Layer(
        source=source,
        source_shape=shape,
        source_zero_point=zero,
        destination=destination,
        destination_shape=out,
        destination_zero_point=zero_point(destination),
        weights=weights,
        weight_zero_points=SYMMETRIC,
        bias=np.full(channels, -zero * ONE, np.int64),
        scales=np.array([1 / ONE]),
        stride=(1, 1),
        padding=(sy - 1 - crop[0], sx - 1 - crop[1]),
        border=BETWEEN,
        spread=block,
    )
