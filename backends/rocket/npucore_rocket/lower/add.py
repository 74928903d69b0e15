# SPDX-License-Identifier: MIT
"""Additions -> an identity convolution of one operand, the other added to its accumulator."""

from __future__ import annotations

import numpy as np

from npucore.graph import Graph
from npucore.ops import Add
from npucore.quantize import Float64s
from npucore_rocket.lower.layer import Addend, Layer
from npucore_rocket.maps import map_shape
from npucore_rocket.quantize import rounded, zero_point

NOTHING = -128  # the stored weight of real 0: what is far above it gives sums many digits
STEPS: Float64s = np.arange(255.0, 127.0, -1.0)  # from there to the stored weight of real 1
REACH = 255  # LSB of an output, at most


def lower(op: Add, graph: Graph) -> Layer:
    """One layer: ``acc = n * (a - za) + (b - zb) * n * sb / sa``, with *a* the coarser one.

    Both operands are what they are in memory: a convolution with the addition fused into it would
    add what its own output had been before it was rounded and clamped.
    """
    shape = map_shape(op.output)
    if shape is None:
        op.invalid("it is no feature map")
    a, b = (op.a, op.b) if op.a.q.scale >= op.b.q.scale else (op.b, op.a)
    steps = best_steps(float(a.q.scale), float(b.q.scale), float(op.output.q.scale))
    weights = np.full((shape.channels, 1, 1, shape.channels), NOTHING, np.int8)
    np.fill_diagonal(weights[:, 0, 0, :], NOTHING + steps)
    source_zero = zero_point(a)
    scale = float(a.q.scale) / steps
    return Layer(
        source=a,
        source_shape=shape,
        source_zero_point=source_zero,
        destination=op.output,
        destination_shape=shape,
        destination_zero_point=zero_point(op.output),
        weights=weights,
        weight_zero_points=np.array([NOTHING]),
        bias=np.full(shape.channels, -source_zero * steps, np.int64),
        scales=np.array([scale / float(op.output.q.scale)]),
        stride=(1, 1),
        padding=(0, 0),
        addend=Addend(b, zero_point(b), float(b.q.scale) / scale),
    )


def best_steps(a: float, b: float, out: float) -> int:
    """The n that errs least, for the scales of the operands and of the result.

    Its square mean over results that are spread evenly: what both 15-bit scales are off, each
    times what passes through it, and the addend's rounding to whole units of the accumulator.

    >>> best_steps(0.5, 0.25, 1.0)
    254
    """
    scale, share = a / out / STEPS, b / a * STEPS
    whole = rounded(scale) / scale
    addend = rounded(share) / share * whole
    squares = (min(1, a / out) * (whole - 1)) ** 2 + (min(1, b / out) * (addend - 1)) ** 2
    return int(STEPS[np.argmin(squares * REACH**2 + scale**2)])
