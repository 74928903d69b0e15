# SPDX-License-Identifier: MIT
"""One number out of many, over axes."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.ops.reduction import reduced_shape
from npucore.tensor import Shape, Tensor


class Reduction(enum.StrEnum):
    """How many numbers become one."""

    ALL = "all"  # of bool
    ANY = "any"  # of bool
    LOG_SUM_EXP = "log_sum_exp"  # without overflow
    MIN = "min"
    PRODUCT = "product"


@dataclass(frozen=True, eq=False, kw_only=True)
class Reduce(Op):
    """*input* reduced over *axes*; the maximum, the mean and the sum are ops of their own."""

    name: ClassVar[str] = "reduce"

    input: Tensor
    output: Tensor
    function: Reduction
    axes: tuple[int, ...]  # counted from the front, without repetition
    keep_axes: bool = False  # as axes of size 1

    def infer_shape(self) -> Shape:
        """The input's shape, reduced."""
        return reduced_shape(self, self.input, self.axes, self.keep_axes)
