# SPDX-License-Identifier: MIT
"""Numbers made comparable: without their mean, in units of their spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Normalize(Op):
    """``(x - mean) / sqrt(mean((x - mean)**2) + epsilon)``, means over *axes*.

    Computed in two passes in float64, so that a mean that is large beside the spread costs no
    digits. Not *centred*, the mean counts as 0 (RMS normalization).

    Source: ONNX operator schemas LayerNormalization, GroupNormalization, InstanceNormalization,
    MeanVarianceNormalization, RMSNormalization.
    """

    name: ClassVar[str] = "normalize"

    input: Tensor  # any shape
    output: Tensor
    axes: tuple[int, ...]  # counted from the front, without repetition
    epsilon: float = 1e-5
    centred: bool = True

    def infer_shape(self) -> Shape:
        """The operand's shape."""
        chosen = {self.axis_of(self.input, axis) for axis in self.axes}
        self.require(len(chosen) == len(self.axes), f"axes {self.axes} repeat")
        return self.input.shape
