# SPDX-License-Identifier: MIT
"""A function of two numbers at the same place."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


class PairwiseFunction(enum.StrEnum):
    """Functions of a pair of numbers ``a, b``."""

    ATAN2 = "atan2"  # the angle of the point (x=b, y=a)
    BITWISE_AND = "bitwise_and"
    BITWISE_OR = "bitwise_or"
    BITWISE_XOR = "bitwise_xor"
    FLOOR_MOD = "floor_mod"  # a - b * floor(a / b): the sign of b
    LESS_EQUAL = "less_equal"  # bool
    NOT_EQUAL = "not_equal"  # bool
    REMAINDER = "remainder"  # a - b * trunc(a / b): the sign of a
    SHIFT_LEFT = "shift_left"
    SHIFT_RIGHT = "shift_right"
    SQUARED_DIFFERENCE = "squared_difference"
    TRUNC_DIV = "trunc_div"  # of integers, towards 0


COMPARING = frozenset({PairwiseFunction.LESS_EQUAL, PairwiseFunction.NOT_EQUAL})


@dataclass(frozen=True, eq=False, kw_only=True)
class Pairwise(Op):
    """``output = function(a, b)`` of every pair of numbers; comparisons give bool."""

    name: ClassVar[str] = "pairwise"

    a: Tensor  # any shape
    b: Tensor  # the same shape
    output: Tensor
    function: PairwiseFunction

    def infer_shape(self) -> Shape:
        """The operands' shape."""
        return self.same_shape(self.a, self.b)
