# SPDX-License-Identifier: MIT
"""Numbers put to, or joined with, places that indices give."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


class ScatterMode(enum.StrEnum):
    """How an update joins the number at its place."""

    REPLACE = "replace"
    ADD = "add"
    MULTIPLY = "multiply"
    MAX = "max"
    MIN = "min"


@dataclass(frozen=True, eq=False, kw_only=True)
class Scatter(Op):
    """A copy of *input*, in which ``output[indices[i]]`` takes in ``updates[i]``, in order.

    The last axis of *indices* holds an index for each of the first axes of *input*; the rest of
    these are slices.
    """

    name: ClassVar[str] = "scatter"

    input: Tensor  # (D0 .. Dk .. )
    indices: Tensor  # (..., K) integers; negative ones count from the back
    updates: Tensor  # (..., and the input's axes from K on)
    output: Tensor
    mode: ScatterMode = ScatterMode.REPLACE

    def infer_shape(self) -> Shape:
        """The input's shape."""
        self.require(len(self.indices.shape) >= 1, "indices without an axis")
        depth = self.indices.shape[-1]
        self.require(depth <= len(self.input.shape), f"{depth} indices into {self.input.shape}")
        wanted = (*self.indices.shape[:-1], *self.input.shape[depth:])
        self.require(
            self.updates.shape == wanted, f"updates of {self.updates.shape}, wanted {wanted}"
        )
        return self.input.shape
