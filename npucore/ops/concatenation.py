# SPDX-License-Identifier: MIT
"""Tensors side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Activation, Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Concatenation(Op):
    """The operands one after the other along *axis*, each requantized to the output if it differs.

    Source: TFLite reference_ops Concatenation and ConcatenationWithScaling.
    """

    name: ClassVar[str] = "concatenation"

    operands: tuple[Tensor, ...]
    output: Tensor
    axis: int  # counted from the front
    activation: Activation = Activation.NONE

    def infer_shape(self) -> Shape:
        """The operands' shape, with their sizes along *axis* added up."""
        self.require(bool(self.operands), "nothing to concatenate")
        first = self.operands[0].shape
        axis = self.axis_of(self.operands[0], self.axis)
        for operand in self.operands:
            rest = (*operand.shape[:axis], *operand.shape[axis + 1 :])
            self.require(
                len(operand.shape) == len(first) and rest == (*first[:axis], *first[axis + 1 :]),
                f"{operand.name} of {operand.shape} beside {first} along axis {axis}",
            )
        total = sum(operand.shape[axis] for operand in self.operands)
        return (*first[:axis], total, *first[axis + 1 :])
