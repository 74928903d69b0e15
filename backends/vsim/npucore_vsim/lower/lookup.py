# SPDX-License-Identifier: MIT
"""Functions of one value -> look-ups."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from npucore.tensor import Tensor
from npucore_vsim.lower.layer import Layer, Lookup
from npucore_vsim.quantize import as_seen, zero_point
from npucore_vsim.tables import Float64s, fit

Real = Callable[[Float64s], Float64s]
"""A function of real numbers."""


def lookup(source: Tensor, output: Tensor, function: Real) -> list[Layer]:
    """One layer. Raises `UnsupportedError` if no table comes within 1 of *function*."""
    zero_in, zero_out = zero_point(source), zero_point(output)
    scale_in, scale_out = float(source.q.scale), float(output.q.scale)

    def stored(x: Float64s) -> Float64s:
        return function(scale_in * (x - zero_in)) / scale_out + zero_out

    return [Lookup(source, output, fit(stored, zero_in, zero_out))]


def clamp(source: Tensor, output: Tensor, low: int | None, high: int | None) -> Layer:
    """Stored values, of one quantization, kept above or below a bound: exactly if it is one."""
    zero = zero_point(output)
    least, most = (None if bound is None else as_seen(bound, output) for bound in (low, high))

    def stored(x: Float64s) -> Float64s:
        kept: Float64s = np.clip(x, least, most)
        return kept

    return Lookup(source, output, fit(stored, zero, zero))
