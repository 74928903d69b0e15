# SPDX-License-Identifier: MIT
"""One of two graphs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Body, Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Branch(Op):
    """The results of graph *then* if the condition holds, else those of graph *other*.

    A graph that is a lone `Foreign` could not be read: taking it is an error.
    """

    name: ClassVar[str] = "branch"

    condition: Tensor  # bool, one number
    operands: tuple[Tensor, ...]
    results: tuple[Tensor, ...]
    then: Body
    other: Body

    def infer_shapes(self) -> tuple[Shape, ...]:
        """The shapes that both graphs give."""
        self.require(self.condition.elements == 1, f"a condition of {self.condition.shape}")
        shapes = [tuple(t.shape for t in body.outputs) for body in (self.then, self.other)]
        self.require(shapes[0] == shapes[1], f"branches of shapes {shapes[0]} and {shapes[1]}")
        for body in (self.then, self.other):
            self.fed(body, self.operands)
        return shapes[0]
