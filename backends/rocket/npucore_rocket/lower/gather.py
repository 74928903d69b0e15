# SPDX-License-Identifier: MIT
"""Channels in another order: 1x1 convolutions that change no value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from npucore.errors import UnsupportedError
from npucore.tensor import Tensor
from npucore_rocket.chip import Chip
from npucore_rocket.lower.layer import SYMMETRIC, Layer
from npucore_rocket.lower.tap import ONE, plane
from npucore_rocket.maps import MapShape
from npucore_rocket.quantize import zero_point


def gathered(
    source: Tensor, source_channels: int, destination: Tensor, order: Sequence[int], chip: Chip
) -> Layer:
    """Channel ``order[o]`` of *source* becomes channel *o* of *destination*, of as many pixels.

    Both have one quantization; *source_channels* may count padding between channels.
    """
    pixels = destination.elements // destination.shape[-1]
    sizes = plane(pixels, chip)
    if sizes is None:
        raise UnsupportedError(
            f"{pixels} pixels are no rows and columns of at most {chip.limits.side}"
        )
    zero = zero_point(source)
    weights = np.zeros((len(order), 1, 1, source_channels), np.int8)
    weights[np.arange(len(order)), 0, 0, list(order)] = ONE
    return Layer(
        source=source,
        source_shape=MapShape(*sizes, source_channels),
        source_zero_point=zero,
        destination=destination,
        destination_shape=MapShape(*sizes, len(order)),
        destination_zero_point=zero,
        weights=weights,
        weight_zero_points=SYMMETRIC,
        bias=np.full(len(order), -zero * ONE, np.int64),
        scales=np.array([1 / ONE]),
        stride=(1, 1),
        padding=(0, 0),
    )
