# SPDX-License-Identifier: MIT
"""Repetition along axes of size 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Broadcast(Op):
    """*input* repeated along its axes of size 1 until it has the output's shape.

    Missing axes are added in front. Frontends insert this op wherever a format broadcasts an
    operand that is not constant, so that no other op has to.
    """

    name: ClassVar[str] = "broadcast"

    input: Tensor
    output: Tensor

    def infer_shape(self) -> Shape:
        """The output's own shape, once the input's is found to fit it."""
        source, target = self.input.shape, self.output.shape
        padded = (1,) * (len(target) - len(source)) + source
        self.require(
            len(padded) == len(target)
            and all(s in (1, t) for s, t in zip(padded, target, strict=True)),
            f"{source} does not broadcast to {target}",
        )
        return target
