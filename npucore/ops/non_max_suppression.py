# SPDX-License-Identifier: MIT
"""Boxes without those that overlap better ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class NonMaxSuppression(Op):
    """Take boxes by falling score, but none that overlaps a taken one by *overlap* or more.

    With a *sigma*, scores of overlapping boxes fall by ``exp(-overlap**2 / (2 * sigma))`` instead.
    Results have room for *most* boxes; what is not used is 0. Source: TFLite reference
    NonMaxSuppression.
    """

    name: ClassVar[str] = "non_max_suppression"

    boxes: Tensor  # (N, 4): y1, x1, y2, x2, corners in any order
    scores: Tensor  # (N,)
    results: tuple[Tensor, Tensor, Tensor]  # places (M,) int32, scores (M,), how many () int32
    most: int
    overlap: float
    threshold: float  # least score
    sigma: float = 0.0

    def infer_shapes(self) -> tuple[Shape, ...]:
        """(M,), (M,), ()."""
        count = self.rank(self.boxes, 2)
        self.require(count[1] == 4 and self.scores.shape == count[:1], f"boxes of {count}")
        self.require(self.most >= 0, f"room for {self.most} boxes")
        return (self.most,), (self.most,), ()
