# SPDX-License-Identifier: MIT
"""Rectifiers that stand alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Activation, Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Relu(Op):
    """``output = clamp(input)`` to the bounds of *activation*, in real numbers."""

    name: ClassVar[str] = "relu"

    input: Tensor  # any shape
    output: Tensor
    activation: Activation = Activation.RELU

    def infer_shape(self) -> Shape:
        """The operand's shape."""
        self.require(self.activation is not Activation.NONE, "a rectifier that clamps nothing")
        return self.input.shape
