# SPDX-License-Identifier: MIT
"""Constants of a file as arrays, read when they are first needed."""

from __future__ import annotations

import math
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from npucore.errors import InvalidModelError, UnsupportedError
from npucore.files.budget import Budget
from npucore.tensor import Array
from npucore_onnx.model import dtype_of, guarded
from npucore_onnx.package import onnx
from npucore_onnx.records import NodeRecord

LARGEST_RANK = 8
LARGEST_BYTES = 1 << 28  # a damaged size must not become an allocation of gigabytes
EXTERNAL = 1  # onnx.TensorProto.DataLocation
NIBBLES: Mapping[int, type[np.generic]] = {  # UINT4, INT4, UINT2, INT2
    21: np.uint8,
    22: np.int8,
    25: np.uint8,
    26: np.int8,
}
NIBBLE_RANGES = {21: (0, 15), 22: (-8, 7), 25: (0, 3), 26: (-2, 1)}
STRING = 8
SPELLED = {  # attributes of Constant that are no tensors
    "value_float": np.float32,
    "value_floats": np.float32,
    "value_int": np.int64,
    "value_ints": np.int64,
}


class External:
    """Constants in files in the model's *folders*, and nowhere else.

    Several may be one part of a file, but what they take together is no more than the file has.
    """

    def __init__(self, folders: tuple[Path, ...] = (), budget: Budget | None = None) -> None:
        self._folder, self._budget = (folders[0] if folders else None), budget
        self._homes = [folder.resolve() for folder in folders]
        self._parts: dict[tuple[Path, int, int], bytes] = {}
        self._left: dict[Path, int] = {}

    def read(self, proto: Any) -> bytes:
        """The bytes of a TensorProto. Raises `InvalidModelError` for ones that are not there."""
        entries = {str(entry.key): str(entry.value) for entry in proto.external_data}
        what, location = f"constant {proto.name!r}", entries.get("location", "")
        if self._folder is None:
            raise InvalidModelError(f"{what} lies in the file {location!r}, but the model in none")
        path = (self._folder / location).resolve()
        if not location or not any(map(path.is_relative_to, self._homes)):
            raise InvalidModelError(f"{what}: {location!r} is outside the model's folder")
        offset, length = int(entries.get("offset", 0)), int(entries.get("length", -1))
        try:
            return self._part(path, offset, length, what)
        except OSError as error:
            raise InvalidModelError(f"{what}: {location}: {error.strerror or error}") from error

    def _part(self, path: Path, offset: int, length: int, what: str) -> bytes:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise InvalidModelError(f"{what}: {path.name} is no regular file")
        size = status.st_size
        if offset < 0 or offset > size or (length >= 0 and offset + length > size):
            raise InvalidModelError(f"{what}: bytes {offset} to {offset + length} of {size}")
        if (wanted := size - offset if length < 0 else length) > LARGEST_BYTES:
            raise InvalidModelError(f"{what} takes {wanted} bytes")
        if (path, offset, wanted) not in self._parts:
            self._left.setdefault(path, size)
            self._left[path] -= wanted
            if self._left[path] < 0:
                raise InvalidModelError(f"{what}: overlaps with others in {path.name}")
            if self._budget is not None:
                self._budget.stored(wanted)
            with path.open("rb") as file:
                file.seek(offset)
                self._parts[path, offset, wanted] = file.read(wanted)
        return self._parts[path, offset, wanted]


class Constants:
    """Arrays by name. *folders* hold the external data; without them there may be none.

    What lies in other files adds to *budget*. The second of *folders* is where the model itself
    lies, if the one in the first is a link to it: in Hugging Face's cache its data lie there, too.
    """

    def __init__(
        self,
        protos: Mapping[str, Any],
        folders: tuple[Path, ...],
        budget: Budget,
    ) -> None:
        self._protos, self._external = protos, External(folders, budget)
        self._arrays: dict[str, Array] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._protos or name in self._arrays

    def nibbles(self, name: str) -> int:
        """The onnx.TensorProto.DataType of a constant of less than 8 bits, else 0."""
        kind = int(self._protos[name].data_type) if name in self._protos else 0
        return kind if kind in NIBBLES else 0

    def types(self) -> set[int]:
        """The onnx.TensorProto.DataTypes of the file's own constants."""
        return {int(proto.data_type) for proto in self._protos.values()}

    def add(self, protos: Mapping[str, Any]) -> None:
        """Know further TensorProtos."""
        self._protos = {**self._protos, **protos}

    def add_node(self, record: NodeRecord) -> None:
        """Know the result of a Constant node as well."""
        if (record.domain, record.operator) == ("", "Constant") and record.results:
            name = record.results[0]
            if name in self:
                raise InvalidModelError(f"{record.where}: {name} is taken")
            self._arrays[name] = constant_of(record)

    def __getitem__(self, name: str) -> Array:
        """The array, read-only. Raises `InvalidModelError` for data that do not fit the shape."""
        if name not in self._arrays:
            self._arrays[name] = read_tensor(self._protos[name], self._external)
        return self._arrays[name]


def read_tensor(proto: Any, external: External | None = None) -> Array:
    """A TensorProto as an array; narrower integers are widened to 8 bits."""
    if not hasattr(proto, "data_location"):
        raise InvalidModelError(f"{type(proto).__name__} where a tensor should be")
    with guarded(f"constant {proto.name!r}"):
        what = f"constant {proto.name!r}"
        shape = tuple(int(size) for size in proto.dims)
        kind = proto.data_type
        if kind == STRING:
            raise UnsupportedError(f"{what} holds strings")
        dtype = np.dtype(NIBBLES[kind]) if kind in NIBBLES else dtype_of(kind, what)
        check_size(shape, dtype, what)
        outside = proto.data_location == EXTERNAL
        data = (external or External()).read(proto) if outside else proto.raw_data
        if kind not in NIBBLES and (data or math.prod(shape) == 0):
            if len(data) != math.prod(shape) * dtype.itemsize:
                wanted = math.prod(shape) * dtype.itemsize
                raise InvalidModelError(f"{what}: {len(data)} bytes of data, wanted {wanted}")
            return (
                np.frombuffer(data, dtype.newbyteorder("<"))
                .astype(dtype, copy=False)
                .reshape(shape)
            )
        if outside:
            raise UnsupportedError(f"{what}: integers of less than 8 bits in another file")
        array: Array = np.asarray(onnx().numpy_helper.to_array(proto)).astype(dtype)
        if array.shape != shape:
            raise InvalidModelError(f"{what}: data of shape {array.shape}, declared {shape}")
        return array


def constant_of(record: NodeRecord) -> Array:
    """The result of a Constant node."""
    for name, value in record.attributes.items():
        with guarded(record.where):
            if name == "value":
                return read_tensor(value)
            if name in SPELLED:
                return np.array(value, SPELLED[name])
    raise UnsupportedError(
        f"{record.where}: a constant of {', '.join(record.attributes) or 'nothing'}"
    )


def check_size(shape: tuple[int, ...], dtype: np.dtype[Any], what: str) -> None:
    """Raise `InvalidModelError` for shapes beyond reason."""
    if len(shape) > LARGEST_RANK or min(shape, default=1) < 0:
        raise InvalidModelError(f"{what} has shape {shape}")
    if (size := math.prod(shape) * dtype.itemsize) > LARGEST_BYTES:
        raise InvalidModelError(f"{what} takes {size} bytes, at most {LARGEST_BYTES} are accepted")
