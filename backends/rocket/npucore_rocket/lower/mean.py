# SPDX-License-Identifier: MIT
"""The mean over a whole map -> a depthwise convolution of one window, or two."""

from __future__ import annotations

from npucore.ops import Mean
from npucore_rocket.chip import Chip
from npucore_rocket.lower.average import whole
from npucore_rocket.lower.layer import Layer
from npucore_rocket.maps import MapShape


def lower(op: Mean, chip: Chip) -> tuple[Layer, ...]:
    """One layer; two for a map larger than a kernel."""
    return whole(op, MapShape(*op.input.shape[1:]), chip)
