# SPDX-License-Identifier: MIT
"""The built library, loaded: three Python functions become an ExecuTorch backend."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from npucore.errors import UnsupportedError
from npucore.executorch.building import COMMAND
from npucore.tensor import Array

TYPES: Mapping[int, np.dtype[Any]] = {
    0: np.dtype(np.uint8),
    1: np.dtype(np.int8),
    2: np.dtype(np.int16),
    3: np.dtype(np.int32),
    4: np.dtype(np.int64),
    5: np.dtype(np.float16),
    6: np.dtype(np.float32),
    7: np.dtype(np.float64),
    11: np.dtype(np.bool_),
}
"""ScalarType -> dtype, source: executorch/runtime/core/portable_type/scalar_type.h."""


class Argument(ctypes.Structure):
    """A tensor of the runtime's, as ``shim.cpp`` hands it over; strides count elements."""

    _fields_ = (
        ("data", ctypes.c_void_p),
        ("size_bytes", ctypes.c_int64),
        ("type", ctypes.c_int32),
        ("rank", ctypes.c_int32),
        ("sizes", ctypes.POINTER(ctypes.c_int32)),
        ("strides", ctypes.POINTER(ctypes.c_int32)),
    )

    def array(self) -> Array:
        """Its memory. Raises `UnsupportedError` for a type that numpy lacks."""
        dtype = TYPES.get(self.type)
        if dtype is None:
            raise UnsupportedError(f"a tensor of ExecuTorch's type {self.type}")
        sizes = tuple(self.sizes[: self.rank])
        if not self.size_bytes:
            return np.empty(sizes, dtype)
        memory = (ctypes.c_char * self.size_bytes).from_address(self.data)
        strides = [stride * dtype.itemsize for stride in self.strides[: self.rank]]
        return np.ndarray(sizes, dtype, memory, strides=strides)


assert ctypes.sizeof(Argument) == 40

INIT = ctypes.CFUNCTYPE(ctypes.c_uint64, ctypes.c_void_p, ctypes.c_uint64)
EXECUTE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_uint64, ctypes.POINTER(Argument), ctypes.c_uint64)
DESTROY = ctypes.CFUNCTYPE(None, ctypes.c_uint64)


class Shim:
    """The library at *path*, for an ExecuTorch of *version*.

    Raises `UnsupportedError` for a file that is missing, no such library, or built for another
    version.
    """

    def __init__(self, path: Path, version: str) -> None:
        again = f"build it here: {COMMAND}"
        if not path.is_file():
            raise UnsupportedError(f"{path} is missing; {again}")
        try:
            self._library = ctypes.CDLL(os.fspath(path))
            built_for, self._register = (
                self._library.npucore_built_for,
                self._library.npucore_register,
            )
        except (OSError, AttributeError) as error:
            raise UnsupportedError(f"{path} cannot be used ({error}); {again}") from error
        built_for.restype = ctypes.c_char_p
        if (found := built_for().decode()) != version:
            raise UnsupportedError(
                f"{path} was built for ExecuTorch {found}, {version} is installed; {again}"
            )
        self._kept: Sequence[object] = ()

    def register(
        self,
        init: Callable[[int, int], int],
        execute: Callable[[int, Sequence[Argument]], int],
        destroy: Callable[[int], None],
    ) -> None:
        """Make the backend known, for ever. Raises `UnsupportedError` if the runtime refuses."""

        def run(handle: int, arguments: ctypes._Pointer[Argument], count: int) -> int:
            return execute(handle, arguments[:count])

        functions = INIT(init), EXECUTE(run), DESTROY(destroy)
        if error := self._register(*functions):
            raise UnsupportedError(f"ExecuTorch does not register npucore: its error {error:#x}")
        self._kept = functions
