# SPDX-License-Identifier: MIT
"""Rectifiers that keep a share of what is negative: the stage multiplies that alone."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import LeakyRelu
from npucore.tensor import Tensor
from npucore_nvdla.chip import Chip
from npucore_nvdla.lower.layer import Compute, Layer, Points, Stage
from npucore_nvdla.maps import region
from npucore_nvdla.quantize import fraction, zero_point

FRACTION_BITS = 12  # of values between the stages, so that a share of them is not rounded away


def lower(op: LeakyRelu, graph: Graph, chip: Chip) -> list[Layer]:
    """One layer."""
    return [rectified(op.input, op.output, op.alpha)]


def rectified(source: Tensor, output: Tensor, alpha: float) -> Compute:
    """``x`` where it is positive, ``alpha * x`` elsewhere."""
    share, share_shift = fraction(alpha)
    scale, shift = fraction(float(source.q.scale) / float(output.q.scale) * 2.0**-FRACTION_BITS)
    first = Stage(addend=-zero_point(source), factor=1 << FRACTION_BITS)
    second = Stage(factor=share, factor_shift=share_shift, prelu=True)
    offset = -round(zero_point(output) / (scale * 2.0**-shift))
    target = region(output)
    points = Points(first, second, offset, scale, shift)
    return Compute(region(source, target.shape), target, points)
