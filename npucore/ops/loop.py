# SPDX-License-Identifier: MIT
"""A graph, run as long as a condition holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Body, Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Loop(Op):
    """``while condition(carried, captured): carried = body(carried, captured)``.

    *carried* is given back; *captured* are further tensors that both graphs read.
    """

    name: ClassVar[str] = "loop"

    carried: tuple[Tensor, ...]
    captured: tuple[Tensor, ...] = ()
    results: tuple[Tensor, ...]
    condition: Body  # gives one bool
    body: Body  # gives the tensors that are carried on

    def infer_shapes(self) -> tuple[Shape, ...]:
        """The shapes of what is carried on, which stay the same."""
        for body in (self.condition, self.body):
            self.fed(body, (*self.carried, *self.captured))
        (kept,) = self.condition.outputs or (None,)
        self.require(kept is not None and kept.elements == 1, "a condition that is not one number")
        shapes = tuple(tensor.shape for tensor in self.carried)
        found = tuple(tensor.shape for tensor in self.body.outputs)
        self.require(shapes == found, f"carried shapes of {shapes} that become {found}")
        return shapes
