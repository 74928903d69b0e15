# SPDX-License-Identifier: MIT
"""A map seen through a grid of places."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


class GridMode(enum.StrEnum):
    """How a value between pixels comes about."""

    LINEAR = "linear"
    NEAREST = "nearest"
    CUBIC = "cubic"


class GridBorder(enum.StrEnum):
    """Values outside the map."""

    ZEROS = "zeros"
    BORDER = "border"
    REFLECTION = "reflection"


@dataclass(frozen=True, eq=False, kw_only=True)
class GridSample(Op):
    """The values of *input* at the places of *grid*, -1 to 1 along each axis, the last axis first.

    With *aligned* -1 and 1 are the middles of the outer pixels, else their outer edges.

    Source: ONNX operator schema GridSample.
    """

    name: ClassVar[str] = "grid_sample"

    input: Tensor  # (N, C, D1 .. Dr)
    grid: Tensor  # (N, O1 .. Or, r)
    output: Tensor  # (N, C, O1 .. Or)
    mode: GridMode = GridMode.LINEAR
    border: GridBorder = GridBorder.ZEROS
    aligned: bool = False

    def infer_shape(self) -> Shape:
        """(N, C, O1 .. Or)."""
        n, c, *size = self.input.shape
        grid = self.rank(self.grid, len(self.input.shape))
        self.require(len(size) >= 1 and grid[0] == n and grid[-1] == len(size), f"a grid of {grid}")
        self.require(min(size) > 0, f"a map of shape {self.input.shape}")
        return (n, c, *grid[1:-1])
