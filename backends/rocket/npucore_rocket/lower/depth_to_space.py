# SPDX-License-Identifier: MIT
"""Channels to blocks of pixels -> a transposed convolution of single ones."""

from __future__ import annotations

from npucore.ops import DepthToSpace
from npucore_rocket.lower.interleave import interleaved
from npucore_rocket.lower.layer import Layer
from npucore_rocket.maps import MapShape


def lower(op: DepthToSpace) -> tuple[Layer, ...]:
    """One layer."""
    shape, out = MapShape(*op.input.shape[1:]), MapShape(*op.output.shape[1:])
    return (interleaved(op.input, shape, op.output, out, (op.block, op.block)),)
