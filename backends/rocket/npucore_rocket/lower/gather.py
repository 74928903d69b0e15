# SPDX-License-Identifier: MIT
"""Channels in another order: 1x1 convolutions that change no value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from npucore.errors import UnsupportedError
from npucore.tensor import Tensor
from npucore_rocket.chip import Chip
from npucore_rocket.lower.layer import SYMMETRIC, Layer
from npucore_rocket.lower.tap import ONE
from npucore_rocket.maps import MapShape
from npucore_rocket.quantize import zero_point


def gathered(
    source: Tensor, source_channels: int, destination: Tensor, order: Sequence[int], chip: Chip
) -> Layer:
    """Channel ``order[o]`` of *source* becomes channel *o* of *destination*, of as many pixels.

    Both have one quantization; *source_channels* may count padding between channels.
    """
    elements = destination.elements
    plane = rectangle(elements // destination.shape[-1], chip)
    zero = zero_point(source)
    weights = np.zeros((len(order), 1, 1, source_channels), np.int8)
    weights[np.arange(len(order)), 0, 0, list(order)] = ONE
    return Layer(
        source=source,
        source_shape=MapShape(*plane, source_channels),
        source_zero_point=zero,
        destination=destination,
        destination_shape=MapShape(*plane, len(order)),
        destination_zero_point=zero,
        weights=weights,
        weight_zero_points=SYMMETRIC,
        bias=np.full(len(order), -zero * ONE, np.int64),
        scales=np.array([1 / ONE]),
        stride=(1, 1),
        padding=(0, 0),
    )


def rectangle(pixels: int, chip: Chip) -> tuple[int, int]:
    """Rows and columns of so many pixels, in a map's limits, the nearest to a square.

    Raises `UnsupportedError` where a side would be too long.

    >>> from npucore_rocket.chip import RK3588
    >>> rectangle(19200, RK3588)
    (128, 150)
    """
    most = chip.limits.side
    for rows in range(int(pixels**0.5), 0, -1):
        if pixels % rows == 0:
            if pixels // rows > most:
                break
            return rows, pixels // rows
    raise UnsupportedError(f"{pixels} pixels are no rows and columns of at most {most}")
