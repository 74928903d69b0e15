# SPDX-License-Identifier: MIT
"""Two addends on a common scale: what addition and subtraction share."""

from __future__ import annotations

import numpy as np

from npucore.quantize import Int64s, Rounding, multiplier
from npucore.reference.fixed_point import rescale
from npucore.tensor import Array, Tensor

HEADROOM = 20  # bits by which both addends are shifted up before they meet
WIDE_HEADROOM = 15  # the same, of int16


class Addends:
    """Stored integers of *a* and *b* in units that can be added, and their sum in *output*'s.

    TFLite's rule brings both to twice the larger scale in fixed point; the exact rule computes
    real numbers in float64 and rounds once. Source: TFLite add.cc Prepare, AddElementwise.
    """

    def __init__(self, a: Tensor, b: Tensor, output: Tensor, rounding: Rounding) -> None:
        self.a, self.b, self.output, self.rounding = a, b, output, rounding
        self.headroom = WIDE_HEADROOM if output.dtype == np.int16 else HEADROOM
        self.twice = 2 * max(float(a.q.scale), float(b.q.scale))

    def left(self, stored: Int64s) -> Array:
        """Operand *a*."""
        return self._common(stored, self.a)

    def right(self, stored: Int64s) -> Array:
        """Operand *b*."""
        return self._common(stored, self.b)

    def _common(self, stored: Int64s, tensor: Tensor) -> Array:
        centred = stored - int(tensor.q.zero_point)
        if self.rounding is Rounding.EXACT:
            return centred * float(tensor.q.scale)
        return rescale(centred << self.headroom, *multiplier(float(tensor.q.scale) / self.twice))

    def requantized(self, total: Array) -> Array:
        """Sums in the common unit -> stored integers of the output, not clamped."""
        scale, zero = float(self.output.q.scale), int(self.output.q.zero_point)
        if self.rounding is Rounding.EXACT:
            return np.rint(total / scale).astype(np.int64) + zero
        return rescale(total, *multiplier(self.twice / ((1 << self.headroom) * scale))) + zero
