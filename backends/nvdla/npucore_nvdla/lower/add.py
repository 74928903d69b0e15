# SPDX-License-Identifier: MIT
"""Sums of two maps: one is multiplied, the other shifted, and their sum is multiplied.

``((a - za) * f + (b << s) - c) * g >> h``, f and g of 15 bits, so that nothing is rounded but the
result and three constants. Source: hardware reference 2.5.
"""

from __future__ import annotations

from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import Add, Subtract
from npucore.quantize import activation_bounds
from npucore.tensor import Tensor
from npucore_nvdla.chip import Chip
from npucore_nvdla.lower.layer import Compute, Layer, Points, Stage
from npucore_nvdla.lower.points import clamped
from npucore_nvdla.maps import region
from npucore_nvdla.quantize import LARGEST_FACTOR, LARGEST_LOSS, RANGE, bounds, fraction, zero_point

MOST_FRACTION_BITS = 14


def lower(op: Add | Subtract, graph: Graph, chip: Chip) -> list[Layer]:
    """One layer, and what is left of a clamp."""
    sign = -1 if isinstance(op, Subtract) else 1
    points, source = summed(op.a, op.b, op.output, sign)
    clamp = bounds(op.output, activation_bounds(op.activation, op.output))
    target = region(op.output)
    layer = Compute(region(source, target.shape), target, points)
    return [layer, *clamped(op.output, clamp)]


def summed(a: Tensor, b: Tensor, output: Tensor, sign: int) -> tuple[Points, Tensor]:
    """``a + sign * b``: the points, and the operand that SDP reads as its map.

    The one with the larger scale is shifted. Raises `UnsupportedError` for scales far apart.
    """
    one, other = float(a.q.scale / output.q.scale), sign * float(b.q.scale / output.q.scale)
    if abs(one) > abs(other):
        a, b, one, other = b, a, other, one
    bits = MOST_FRACTION_BITS
    factor = round(one / other * 2.0**bits)
    scale, shift = fraction(other * 2.0**-bits)
    exact = scale * 2.0**-shift
    lost = RANGE * max(abs(factor * exact - one), abs(exact * 2.0**bits - other))
    if lost > LARGEST_LOSS or abs(factor) > LARGEST_FACTOR:
        raise UnsupportedError(
            f"scales of {a.q.scale:.3g} and {b.q.scale:.3g} beside the result's "
            f"{output.q.scale:.3g}: {lost:.2g} LSB lost, at most {LARGEST_LOSS}"
        )
    offset = (zero_point(b) << bits) - round(zero_point(output) / exact)
    first = Stage(addend=-zero_point(a), factor=factor)
    second = Stage(addend=region(b), addend_shift=bits)
    return Points(first, second, offset, scale, shift), a
