# SPDX-License-Identifier: MIT
"""A sample to try an operator on: operands, results and options for one dtype."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from npucore.tensor import Array, Shape
from npucore_tflite.writing.file import TensorSpec

DTYPES = ("float32", "int8", "uint8", "int16", "int32", "int64", "bool")
QUANTIZED = ("int8", "uint8", "int16")
SCALE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One operator with its tensors; *values* are for the operands that have no data."""

    operands: Sequence[TensorSpec | None]
    results: Sequence[TensorSpec]
    options: dict[str, Any] = field(default_factory=dict)
    values: Sequence[Array] = ()
    version: int = 0


Maker = Callable[["Draw"], Sample]


class Draw:
    """Tensors and numbers of one dtype; quantized dtypes have scales, and int16 no zero point."""

    def __init__(self, dtype: str, seed: int) -> None:
        self.dtype, self.rng = dtype, np.random.default_rng(seed)
        self.values: list[Array] = []

    def zero(self, dtype: str) -> int:
        """A zero point."""
        return {"int8": 3, "uint8": 131}.get(dtype, 0)

    def tensor(self, shape: Shape, dtype: str | None = None, scale: float = SCALE) -> TensorSpec:
        """A tensor that is computed."""
        kind = dtype or self.dtype
        if kind not in QUANTIZED:
            return TensorSpec(shape, kind)
        step = scale / 64 if kind == "int16" else scale
        return TensorSpec(shape, kind, step, self.zero(kind))

    def input(
        self,
        shape: Shape,
        dtype: str | None = None,
        low: float | None = None,
        high: float | None = None,
        scale: float = SCALE,
    ) -> TensorSpec:
        """A tensor that is given, with random values from *low* to *high*."""
        tensor = self.tensor(shape, dtype, scale)
        self.values.append(self.numbers(shape, dtype or self.dtype, low, high))
        return tensor

    def numbers(
        self, shape: Shape, dtype: str, low: float | None = None, high: float | None = None
    ) -> Array:
        """Random values: bytes of the whole range, normally distributed floats."""
        kind = np.dtype(dtype)
        if kind == np.bool_:
            return np.asarray(self.rng.integers(0, 2, shape)).astype(kind)
        if kind.kind == "f":
            if low is not None and high is not None:
                return self.rng.uniform(low, high, shape).astype(kind)
            return np.asarray(self.rng.normal(size=shape)).astype(kind)
        limits = np.iinfo(kind)
        first, last = (limits.min, limits.max) if dtype in QUANTIZED else (-1000, 1000)
        if low is not None and high is not None:
            first, last = int(max(low, first)), int(min(high, last))
        return np.asarray(self.rng.integers(first, last + 1, shape)).astype(kind)

    def same(self, tensor: TensorSpec, shape: Shape | None = None) -> TensorSpec:
        """A result in the dtype and quantization of *tensor*."""
        wanted = tensor.shape if shape is None else shape
        if tensor.scale is None:
            return TensorSpec(wanted, tensor.dtype)
        return TensorSpec(wanted, tensor.dtype, tensor.scale, tensor.zero_point)

    def done(
        self,
        operands: Sequence[TensorSpec | None],
        results: Sequence[TensorSpec],
        version: int = 0,
        **options: Any,
    ) -> Sample:
        """The sample with the values that `input` has drawn."""
        return Sample(operands, results, options, tuple(self.values), version)


def constant(values: npt.ArrayLike, dtype: npt.DTypeLike = np.int32, **more: Any) -> TensorSpec:
    """A tensor with its data."""
    data = np.asarray(values, dtype)
    return TensorSpec(data.shape, dtype, data=data, **more)
