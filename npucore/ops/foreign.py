# SPDX-License-Identifier: MIT
"""An operator of a file for which there is no op."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Foreign(Op):
    """An operator without a counterpart, in a graph that is shown; nothing runs it."""

    name: ClassVar[str] = "foreign"

    operands: tuple[Tensor, ...]
    results: tuple[Tensor, ...]  # as far as the file declares them
    operator: str
    reason: str

    def infer_shapes(self) -> tuple[Shape, ...]:
        """The shapes that the file declares."""
        return tuple(tensor.shape for tensor in self.results)
