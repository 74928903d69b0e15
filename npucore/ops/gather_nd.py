# SPDX-License-Identifier: MIT
"""Slices picked by computed indices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class GatherNd(Op):
    """``output[..., :] = input[indices[..., 0], indices[..., 1], ...]``."""

    name: ClassVar[str] = "gather_nd"

    input: Tensor
    indices: Tensor  # (..., K) integers, K of the input's leading axes
    output: Tensor

    def infer_shape(self) -> Shape:
        """The indices' leading axes, then the input's remaining ones."""
        self.require(bool(self.indices.shape), "indices without an axis")
        depth = self.indices.shape[-1]
        self.require(
            1 <= depth <= len(self.input.shape), f"{depth} indices into {self.input.shape}"
        )
        return (*self.indices.shape[:-1], *self.input.shape[depth:])
