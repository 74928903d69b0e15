# SPDX-License-Identifier: MIT
"""Matrix products of two computed tensors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class BatchMatmul(Op):
    """``output[..., m, n] = sum(k) (a[..., m, k] - za) * (b[..., k, n] - zb)``, requantized."""

    name: ClassVar[str] = "batch_matmul"

    a: Tensor  # (..., M, K); (..., K, M) if transpose_a
    b: Tensor  # (..., K, N); (..., N, K) if transpose_b
    output: Tensor  # (..., M, N)
    transpose_a: bool = False
    transpose_b: bool = False

    def infer_shape(self) -> Shape:
        """(..., M, N)."""
        a, b = self.a.shape, self.b.shape
        self.require(len(a) == len(b) >= 2 and a[:-2] == b[:-2], f"operands of {a} and {b}")
        m, k = (a[-1], a[-2]) if self.transpose_a else (a[-2], a[-1])
        inner, n = (b[-1], b[-2]) if self.transpose_b else (b[-2], b[-1])
        self.require(inner == k, f"{k} columns times {inner} rows")
        return (*a[:-2], m, n)
