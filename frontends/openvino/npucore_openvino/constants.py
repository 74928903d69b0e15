# SPDX-License-Identifier: MIT
"""Constants: what lies in the .bin, and numbers that are stored with a scale and a zero point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np

from npucore.errors import InvalidModelError, UnsupportedError
from npucore.tensor import Array
from npucore_openvino.document import Layer

PRECISIONS: dict[str, type[np.generic]] = {
    "f16": np.float16,
    "f32": np.float32,
    "f64": np.float64,
    "i8": np.int8,
    "i16": np.int16,
    "i32": np.int32,
    "i64": np.int64,
    "u8": np.uint8,
    "u16": np.uint16,
    "u32": np.uint32,
    "u64": np.uint64,
    "boolean": np.bool_,
}
"""OpenVINO's element types; those of ports are the same in capitals (FP32, BOOL)."""

BYTES = (np.dtype(np.int8), np.dtype(np.uint8))


def dtype_of(precision: str, where: str) -> np.dtype[Any]:
    """The dtype of an element type, spelled as a layer's or as a port's."""
    name = precision.lower().replace("fp", "f")
    name = "boolean" if name == "bool" else name
    if name not in PRECISIONS:
        raise UnsupportedError(
            f"{where} is of type {precision or 'none'}, which has no counterpart"
        )
    return np.dtype(PRECISIONS[name])


@dataclass(frozen=True, eq=False)
class Known:
    """A constant: ``(stored - zero) * scale`` in *dtype*.

    *scale* and *zero* are float64, of one element or of the shape of *stored*.
    """

    stored: Array
    dtype: np.dtype[Any]
    scale: Array
    zero: Array

    @classmethod
    def plain(cls, array: Array) -> Known:
        """The numbers as they are."""
        return cls(array, array.dtype, np.ones(1), np.zeros(1))

    @property
    def is_plain(self) -> bool:
        """Whether the numbers are what is stored."""
        return (
            self.stored.dtype == self.dtype
            and not self.zero.any()
            and bool((self.scale == 1).all())
        )

    def real(self) -> Array:
        """The numbers, in *dtype*."""
        if self.is_plain:
            return self.stored
        scale, zero = self._full(self.scale), self._full(self.zero)
        return np.asarray((self.stored - zero) * scale).astype(self.dtype)

    def moved(self, move: Callable[[Array], Array]) -> Known:
        """With the elements elsewhere: *move* is a reshaping or a transposition."""
        scale, zero = (part if part.size == 1 else move(part) for part in (self.scale, self.zero))
        return replace(self, stored=move(self.stored), scale=scale, zero=zero)

    def cast(self, dtype: np.dtype[Any]) -> Known:
        """As another type; integers that become real numbers stay stored."""
        if dtype.kind == "f" and self.stored.dtype.kind in "iu":
            return replace(self, dtype=dtype)
        return Known.plain(self.real().astype(dtype))

    def shifted(self, by: Array) -> Known | None:
        """Less *by*; None where that would take in another shape."""
        if self.dtype.kind != "f" or not self._fits(by):
            return None
        zero = self._full(self.zero) + self._spread(by) / self._full(self.scale)
        return replace(self, zero=zero)

    def scaled(self, by: Array) -> Known | None:
        """Times *by*; None where that would take in another shape."""
        if self.dtype.kind != "f" or not self._fits(by) or not (by > 0).all():
            return None
        return replace(self, scale=self._full(self.scale) * self._spread(by))

    def quantization(self) -> tuple[Array, Array, int] | None:
        """(scales float32, zero points of the stored dtype, axis), of one or of n elements.

        None for a constant that DequantizeLinear does not describe.
        """
        if self.is_plain or self.stored.dtype not in BYTES or self.dtype != np.float32:
            return None
        info, zeros = np.iinfo(self.stored.dtype), np.rint(self.zero)
        if (zeros != self.zero).any() or zeros.min() < info.min or zeros.max() > info.max:
            return None
        zeros = zeros.astype(self.stored.dtype)
        if self.scale.size == zeros.size == 1:
            return self.scale.reshape(()).astype(np.float32), zeros.reshape(()), 0
        parts = [np.broadcast_to(p, self.stored.shape) for p in (self.scale, zeros)]
        for axis in range(self.stored.ndim):
            rows = [np.moveaxis(p, axis, 0).reshape(p.shape[axis], -1) for p in parts]
            if all((row == row[:, :1]).all() for row in rows):
                scales, offsets = (row[:, 0] for row in rows)
                return scales.astype(np.float32), offsets, axis
        return None

    def _full(self, part: Array) -> Array:
        return part.reshape(()) if part.size == 1 else part

    def _spread(self, by: Array) -> Array:
        numbers = by.astype(np.float64)
        return numbers.reshape(()) if by.size == 1 else np.broadcast_to(numbers, self.stored.shape)

    def _fits(self, by: Array) -> bool:
        if by.size == 1:
            return by.ndim <= self.stored.ndim
        try:
            return np.broadcast_shapes(self.stored.shape, by.shape) == self.stored.shape
        except ValueError:
            return False


def read_constant(layer: Layer, weights: Callable[[], bytes]) -> Known:
    """The array of a Const. Raises `InvalidModelError` for one that the .bin does not hold."""
    where, given = layer.where, layer.attributes
    dtype = dtype_of(given.get("element_type", ""), where)
    shape = tuple(int(size) for size in given.get("shape", "").split(",") if size.strip())
    offset, size = int(given.get("offset", "-1")), int(given.get("size", "-1"))
    if min(shape, default=0) < 0 or size != prod(shape) * dtype.itemsize:
        raise InvalidModelError(
            f"{where}: {size} bytes, wanted {prod(shape) * dtype.itemsize} for {dtype} of {shape}"
        )
    data = weights()
    if offset < 0 or offset + size > len(data):
        raise InvalidModelError(
            f"{where}: bytes {offset} to {offset + size} of a .bin of {len(data)} bytes"
        )
    return Known.plain(np.frombuffer(data, dtype, prod(shape), offset).reshape(shape))
