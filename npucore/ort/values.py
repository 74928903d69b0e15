# SPDX-License-Identifier: MIT
"""Tensors that programs keep between runs: ``OrtValue``, and what an array's type is called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from npucore.tensor import Array

SPELLED = {
    "bool": "bool",
    "float32": "float",
    "float64": "double",
    **{name: name for name in ("bfloat16", "float16", "complex64", "complex128")},
    **{f"{sign}int{bits}": f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)},
}
TEXTS = "OSU"


def spelled(dtype: np.dtype[Any]) -> str:
    """A dtype as ONNX spells a tensor of it.

    >>> spelled(np.dtype(np.float32)), spelled(np.dtype(np.uint8)), spelled(np.dtype("U3"))
    ('tensor(float)', 'tensor(uint8)', 'tensor(string)')
    """
    name = "string" if dtype.kind in TEXTS else SPELLED.get(dtype.name, dtype.name)
    return f"tensor({name})"


class OrtValue:
    """An array in memory; whatever device is asked for, it lies there."""

    def __init__(self, array: Array) -> None:
        self._array = array

    @classmethod
    def ortvalue_from_numpy(
        cls, numpy_obj: Array, device_type: str = "cpu", device_id: int = 0, vendor_id: int = -1
    ) -> Self:
        """The array itself, whose memory it shares."""
        return cls(np.ascontiguousarray(numpy_obj))

    @classmethod
    def ortvalue_from_shape_and_type(
        cls,
        shape: Sequence[int],
        element_type: Any,
        device_type: str = "cpu",
        device_id: int = 0,
        vendor_id: int = -1,
    ) -> Self:
        """Zeros."""
        return cls(np.zeros(tuple(shape), element_type))

    def numpy(self) -> Array:
        """The array."""
        return self._array

    def shape(self) -> list[int]:
        """The sizes."""
        return list(self._array.shape)

    def data_type(self) -> str:
        """The type, as ``tensor(float)``."""
        return spelled(self._array.dtype)

    def data_ptr(self) -> int:
        """The address of the first byte."""
        return int(self._array.ctypes.data)

    def tensor_size_in_bytes(self) -> int:
        """The size of all elements."""
        return self._array.nbytes

    def device_name(self) -> str:
        """Where it lies."""
        return "cpu"

    def update_inplace(self, np_arr: Array) -> None:
        """Copy an array of the same shape and dtype into it."""
        np.copyto(self._array, np_arr, casting="no")

    def is_tensor(self) -> bool:
        """Yes."""
        return True

    def has_value(self) -> bool:
        """Yes."""
        return True

    def is_sparse_tensor(self) -> bool:
        """No."""
        return False

    def is_tensor_sequence(self) -> bool:
        """No."""
        return False
