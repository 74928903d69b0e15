# SPDX-License-Identifier: MIT
"""Rules of transposed convolutions and of resizing up, on real numbers."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Resize, ResizeBilinear, TransposeConvolution
from npucore_rocket.lower.half_spread import border, factors, of_centers
from npucore_rocket.lower.interleave import SPREADS
from npucore_rocket.lower.resize import steps
from npucore_rocket.rules.halves import MOST_TAPS

MOST_BORDER = 11
"""Rows above and columns to the left: from 12 on, at steps of 2, a board had pixels elsewhere."""


def laid_out(op: TransposeConvolution, graph: Graph) -> str | None:
    """Strides of 1, 2, 4 or 8, kernels to 31 x 31, borders of the turned kernel to 11."""
    if not set(op.stride) <= set(SPREADS):
        return f"a stride of {op.stride[0]} x {op.stride[1]}, wanted 1, 2, 4 or 8"
    if max(op.kernel) > MOST_TAPS:
        return f"a kernel of {op.kernel[0]} x {op.kernel[1]}, at most {MOST_TAPS} x {MOST_TAPS}"
    if not 0 <= min(border(op)) <= max(border(op)) <= MOST_BORDER:
        return f"a border of {border(op)} before the turned kernel, wanted 0 to {MOST_BORDER}"
    return None


def larger_evenly(op: Resize | ResizeBilinear, graph: Graph) -> str | None:
    """2, 4 or 8 pixels for one each way: repeated, or on lines between corners or centers."""
    if of_centers(op) is not None:
        return None
    times = factors(op)
    if times is not None and times != (1, 1) and steps(times):
        return None
    sizes = f"{op.input.shape[1:3]} to {op.output.shape[1:3]}"
    return f"{sizes} does not lay out pixels in steps of 2, 4 or 8"


def is_of_centers(op: Resize | ResizeBilinear) -> bool:
    return of_centers(op) is not None


def edges_made_whole(op: Resize | ResizeBilinear, graph: Graph) -> str | None:
    """Between centers, results at the edges are made whole by a product with constants."""
    return None
