# SPDX-License-Identifier: MIT
"""The values that flow through a graph."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from npucore.errors import InvalidModelError

Array = npt.NDArray[Any]
Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Quantization:
    """Affine quantization: ``real = scale * (stored - zero_point)``.

    Parameters
    ----------
    scale
        float32, shape ``()`` per tensor or ``(n,)`` per channel; positive and finite.
    zero_point
        int64, same shape as *scale*; in the units of the stored integers.
    axis
        The quantized axis of a per-channel tensor, None otherwise.

    Source: TFLite 8-bit quantization specification.
    """

    scale: npt.NDArray[np.float32]
    zero_point: npt.NDArray[np.int64]
    axis: int | None = None

    def __post_init__(self) -> None:
        if self.scale.shape != self.zero_point.shape:
            raise InvalidModelError(
                f"{self.scale.size} scales, but {self.zero_point.size} zero points"
            )
        if (self.axis is None) != (self.scale.ndim == 0):
            raise InvalidModelError("a per-channel quantization names its axis, and only that")
        if not (np.isfinite(self.scale).all() and (self.scale > 0).all()):
            raise InvalidModelError(f"scale {self.scale.min()}, wanted positive and finite")

    @classmethod
    def per_tensor(cls, scale: float, zero_point: int = 0) -> Quantization:
        """One scale and one zero point for all elements."""
        return cls(np.array(scale, np.float32), np.array(zero_point, np.int64))

    @classmethod
    def per_channel(cls, scale: npt.ArrayLike, axis: int) -> Quantization:
        """One scale for each index along *axis*, zero points all 0."""
        scales = np.atleast_1d(np.asarray(scale, np.float32))
        return cls(scales, np.zeros(scales.shape, np.int64), axis)

    def same_as(self, other: Quantization) -> bool:
        """Whether both give every stored integer the same real value."""
        return (
            self.axis == other.axis
            and np.array_equal(self.scale, other.scale)
            and np.array_equal(self.zero_point, other.zero_point)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Tensor:
    """A value of known shape and dtype. Two tensors are the same only if they are one object.

    *data* is None for activations; a constant (weights, bias) carries its array here.
    """

    name: str
    shape: Shape
    dtype: np.dtype[Any]
    quantization: Quantization | None = None
    data: Array | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if any(size < 0 for size in self.shape):
            raise InvalidModelError(f"{self.name}: shape {self.shape} has a negative size")
        if self.data is not None and (self.data.shape, self.data.dtype) != (self.shape, self.dtype):
            raise InvalidModelError(
                f"{self.name}: declared {self.dtype}{self.shape}, "
                f"but its data is {self.data.dtype}{self.data.shape}"
            )
        if self.quantization is not None:
            self._check_quantization(self.quantization)

    def _check_quantization(self, quantization: Quantization) -> None:
        if (axis := quantization.axis) is not None and (
            axis not in range(len(self.shape)) or quantization.scale.size != self.shape[axis]
        ):
            raise InvalidModelError(
                f"{self.name}: {quantization.scale.size} scales along axis {axis} "
                f"of shape {self.shape}"
            )
        if self.dtype.kind not in "iu":
            return
        info = np.iinfo(self.dtype)
        low, high = int(quantization.zero_point.min()), int(quantization.zero_point.max())
        if low < info.min or high > info.max:
            raise InvalidModelError(
                f"{self.name}: zero point {low if low < info.min else high} "
                f"does not fit {self.dtype}"
            )

    @property
    def q(self) -> Quantization:
        """The quantization of a tensor that has to have one."""
        if self.quantization is None:
            raise InvalidModelError(f"{self.name}: {self.dtype} without a quantization")
        return self.quantization

    @property
    def is_constant(self) -> bool:
        """Whether the model itself holds this tensor's data."""
        return self.data is not None

    @property
    def elements(self) -> int:
        """How many values the tensor holds."""
        return math.prod(self.shape)

    @property
    def size_bytes(self) -> int:
        """Bytes of the tensor, stored densely."""
        return self.elements * self.dtype.itemsize
