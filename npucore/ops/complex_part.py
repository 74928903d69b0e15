# SPDX-License-Identifier: MIT
"""Real numbers of complex ones: parts and absolute values."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


class Part(enum.StrEnum):
    """The number taken of each complex one."""

    REAL = "real"
    IMAGINARY = "imaginary"
    ABSOLUTE = "absolute"


@dataclass(frozen=True, eq=False, kw_only=True)
class ComplexPart(Op):
    """A *part* of every complex number, as a float."""

    name: ClassVar[str] = "complex_part"

    input: Tensor  # any shape, complex64
    output: Tensor
    part: Part

    def infer_shape(self) -> Shape:
        """The operand's shape."""
        return self.input.shape
