# SPDX-License-Identifier: MIT
"""Arrays in .npy and .npz files, whose headers are judged before any memory is taken."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np

from npucore.errors import InputError
from npucore.files.boundary import judged
from npucore.tensor import Array, Shape, Tensor

ENDING, ZIP = ".npy", b"PK"
MOST_BYTES = 1 << 28
HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def read_array(path: Path, tensor: Tensor) -> Array:
    """The array for *tensor*: of its name in an .npz, or the only one.

    Raises `InputError` for a file that cannot be read, or that says another shape or dtype.
    """

    def check(shape: Shape, dtype: np.dtype[Any]) -> None:
        if (shape, dtype) != (tensor.shape, tensor.dtype):
            wanted = f"{tensor.name} {tensor.dtype} {tensor.shape}"
            raise InputError(f"{path} holds {dtype} {shape}, wanted {wanted}")

    with _opened(path) as file:
        if not isinstance(file, zipfile.ZipFile):
            return _read(file, check)
        names = [name.removesuffix(ENDING) for name in file.namelist()]
        if tensor.name not in names and len(names) != 1:
            raise InputError(f"{path}: arrays {names}, none is called {tensor.name!r}")
        place = names.index(tensor.name) if tensor.name in names else 0
        with file.open(file.namelist()[place]) as member:
            return _read(member, check)


def read_arrays(path: Path, most_bytes: int = MOST_BYTES) -> dict[str, Array]:
    """Every array by its name; that of an .npy has none.

    Raises `InputError` for a file that cannot be read, or whose arrays say that they have more
    than *most_bytes* together.
    """
    left = most_bytes

    def check(shape: Shape, dtype: np.dtype[Any]) -> None:
        nonlocal left
        if dtype.hasobject:
            raise InputError(f"{path} holds Python objects, wanted numbers")
        left -= math.prod(shape) * dtype.itemsize
        if left < 0:
            raise InputError(f"{path} holds arrays of more than {most_bytes:,} bytes")

    with _opened(path) as file:
        if not isinstance(file, zipfile.ZipFile):
            return {"": _read(file, check)}
        found = {}
        for name in file.namelist():
            with file.open(name) as member:
                found[name.removesuffix(ENDING)] = _read(member, check)
        return found


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes] | zipfile.ZipFile]:
    try:
        with path.open("rb") as file, judged(f"{path}: no array that numpy can read", InputError):
            zipped = file.read(2) == ZIP
            file.seek(0)
            if not zipped:
                yield file
                return
            with zipfile.ZipFile(file) as archive:
                yield archive
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error


def _read(file: IO[bytes], check: Callable[[Shape, np.dtype[Any]], None]) -> Array:
    try:
        shape, fortran, dtype = HEADERS[np.lib.format.read_magic(file)](file)
    except Exception as error:  # numpy has the header read by Python's own parsers
        raise ValueError(f"its header: {error}") from error
    check(shape, dtype)
    flat = np.frombuffer(_exactly(file, math.prod(shape) * dtype.itemsize), dtype)
    return flat.reshape(shape[::-1]).transpose() if fortran else flat.reshape(shape)


def _exactly(file: IO[bytes], size: int) -> bytearray:
    data = io.BytesIO()
    while data.tell() < size:
        part = file.read(min(size - data.tell(), 1 << 20))
        if not part:
            raise EOFError(f"{data.tell()} bytes of data, wanted {size}")
        data.write(part)
    return bytearray(data.getbuffer())
