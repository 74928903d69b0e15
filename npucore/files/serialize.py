# SPDX-License-Identifier: MIT
"""Graphs <-> JSON and arrays, by the declared types of the ops' fields.

A tensor is a number in a table that all graphs of a file share; an enum is its value, a tuple a
list. Whatever is read goes through the checks of `Tensor`, `Op` and `Graph`.
"""

from __future__ import annotations

import enum
import math
import types
from collections.abc import Callable
from dataclasses import fields
from functools import partial
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np

from npucore import ops
from npucore.errors import InvalidModelError, UnsupportedError
from npucore.files.archive import DTYPES
from npucore.files.document import LARGEST, Document
from npucore.graph import Graph
from npucore.ops import Op
from npucore.quantize import Rounding
from npucore.tensor import Array, Quantization, Tensor

LARGEST_RANK = 32  # what numpy 1.26 has
LARGEST_BYTES = 1 << 31  # of a tensor: a wrong size must not become an allocation beyond reason

UNSTORED = ("branch", "foreign", "loop")  # they hold graphs, or what nothing reads

T = TypeVar("T")


class Writer:
    """Collects the tensors of one file: *tensors* are JSON, *arrays* the constants by name."""

    def __init__(self) -> None:
        self.tensors: list[dict[str, object]] = []
        self.arrays: dict[str, Array] = {}
        self._numbers: dict[Tensor, int] = {}

    def tensor(self, tensor: Tensor) -> int:
        """The tensor's number in the table."""
        if tensor not in self._numbers:
            number = self._numbers[tensor] = len(self.tensors)
            self.tensors.append(_tensor(tensor))
            if tensor.data is not None:
                self.arrays[_constant(number)] = tensor.data
        return self._numbers[tensor]

    def graph(self, graph: Graph) -> dict[str, object]:
        """A graph without its name and rounding rule. Raises `UnsupportedError` for foreign ops."""
        return {
            "inputs": [self.tensor(tensor) for tensor in graph.inputs],
            "outputs": [self.tensor(tensor) for tensor in graph.outputs],
            "ops": [self._op(op) for op in graph.ops],
        }

    def _op(self, op: Op) -> dict[str, object]:
        if _kind(op.name) is not type(op):
            if op.name in UNSTORED and type(op) is ops.op_named(op.name):
                raise UnsupportedError(f"{op.name} -> {op.label}: control flow cannot be stored")
            raise UnsupportedError(f"{op.name} -> {op.label}: only npucore's own ops can be stored")
        values = {field.name: self._value(getattr(op, field.name)) for field in fields(op)}
        return {"op": op.name, "fields": values}

    def _value(self, value: object) -> object:
        match value:
            case Tensor():
                return self.tensor(value)
            case enum.Enum():
                return value.value
            case tuple():
                return [self._value(item) for item in value]
            case np.generic():
                return self._value(value.item())
            case float() if not math.isfinite(value):
                return str(value)
            case None | bool() | int() | float():
                return value
        raise TypeError(f"an op's field holds {value!r}")


def _kind(name: str) -> type[Op] | None:
    """The class of an op that can be stored, None for any other name."""
    return None if name in UNSTORED else ops.op_named(name)


def _tensor(tensor: Tensor) -> dict[str, object]:
    if str(tensor.dtype) not in DTYPES:
        raise UnsupportedError(f"{tensor.name}: {tensor.dtype} cannot be stored")
    quantization: dict[str, object] | None = None
    if (q := tensor.quantization) is not None:
        quantization = {
            "scale": q.scale.tolist(),
            "zero_point": q.zero_point.tolist(),
            "axis": q.axis,
        }
    return {
        "name": tensor.name,
        "shape": list(map(int, tensor.shape)),
        "dtype": str(tensor.dtype),
        "quantization": quantization,
        "constant": tensor.is_constant,
    }


def _constant(number: int) -> str:
    return f"tensors/{number}"


class Reader:
    """Undoes `Writer`. Everything raises `InvalidModelError` for what no writer has written."""

    def __init__(self, tensors: Document, arrays: dict[str, Array]) -> None:
        self._tensors = [
            _checked(document, partial(_read_tensor, document, arrays, number))
            for number, document in enumerate(tensors.items())
        ]

    def tensor(self, number: Document) -> Tensor:
        """The tensor of that number."""
        return self._tensors[number.integer(0, len(self._tensors) - 1)]

    def tensors(self, numbers: Document) -> tuple[Tensor, ...]:
        """The tensors of a list of numbers."""
        return tuple(self.tensor(number) for number in numbers.items())

    def graph(self, document: Document, rounding: Rounding, name: str) -> Graph:
        """A graph of that name and rounding rule."""
        return Graph(
            tuple(self._op(op) for op in document["ops"].items()),
            self.tensors(document["inputs"]),
            self.tensors(document["outputs"]),
            rounding,
            name,
        )

    def _op(self, document: Document) -> Op:
        kind = _kind(document["op"].text())
        if kind is None:
            document["op"].invalid("the name of an op")
        values, names = document["fields"], [field.name for field in fields(kind)]
        if {name for name, _ in values.entries()} != set(names):
            raise InvalidModelError(f"{values.place}: not the fields of {kind.name}")
        hints = get_type_hints(kind)
        given = {name: self._value(hints[name], values[name]) for name in names}
        return _checked(document, partial(kind, **given))

    def _value(self, hint: Any, value: Document) -> Any:
        if hint is Tensor:
            return self.tensor(value)
        if get_origin(hint) in (Union, types.UnionType):
            return self._alternative(get_args(hint), value)
        if get_origin(hint) is tuple:
            return self._tuple(get_args(hint), value)
        if hint in _SCALARS:
            return _SCALARS[hint](value)
        if issubclass(hint, enum.Enum):
            if value.text() not in [member.value for member in hint]:
                value.invalid(" or ".join(str(member.value) for member in hint))
            return hint(value.text())
        return hint(*self._tuple(tuple(get_type_hints(hint).values()), value))  # a named tuple

    def _alternative(self, hints: tuple[Any, ...], value: Document) -> Any:
        if value.value is None and types.NoneType in hints:
            return None
        if type(value.value) is int and int in hints:
            return self._value(int, value)
        kinds = [hint for hint in hints if hint not in (types.NoneType, int)]
        return self._value(kinds[0] if kinds else int, value)

    def _tuple(self, hints: tuple[Any, ...], value: Document) -> tuple[Any, ...]:
        items = value.items()
        if hints[-1] is Ellipsis:
            return tuple(self._value(hints[0], item) for item in items)
        if len(items) != len(hints):
            raise InvalidModelError(f"{value.place}: {len(items)} values, wanted {len(hints)}")
        return tuple(self._value(hint, item) for hint, item in zip(hints, items, strict=True))


_SCALARS: dict[type, Callable[[Document], object]] = {
    bool: Document.boolean,
    int: lambda value: value.integer(-LARGEST - 1),
    float: Document.real,
}


def _read_tensor(document: Document, arrays: dict[str, Array], number: int) -> Tensor:
    name, shape = document["name"].text(), document["shape"].integers()
    if (dtype_name := document["dtype"].text()) not in DTYPES:
        document["dtype"].invalid("a dtype")
    dtype = np.dtype(dtype_name)
    if len(shape) > LARGEST_RANK or math.prod(shape) * dtype.itemsize > LARGEST_BYTES:
        raise InvalidModelError(f"{name}: {dtype}{shape} is too large")
    data = None
    if document["constant"].boolean():
        if _constant(number) not in arrays:
            raise InvalidModelError(f"{name}: its data are missing")
        data = arrays[_constant(number)]
    quantization = document["quantization"].optional()
    affine = None if quantization is None else _read_quantization(quantization)
    return Tensor(name, shape, dtype, affine, data)


def _read_quantization(document: Document) -> Quantization:
    axis = document["axis"].optional_integer()
    if axis is None:
        scale: Any = document["scale"].real()
        zero_point: Any = document["zero_point"].integer(-LARGEST - 1)
    else:
        scale = [element.real() for element in document["scale"].items()]
        zero_point = document["zero_point"].integers(-LARGEST - 1)
    with np.errstate(over="ignore"):
        scales = np.array(scale, np.float32)
    return Quantization(scales, np.array(zero_point, np.int64), axis)


def _checked(document: Document, make: Callable[[], T]) -> T:
    """What *make* gives; numbers at which its checks themselves stumble are wrong as well."""
    try:
        return make()
    except InvalidModelError as error:
        raise InvalidModelError(f"{document.place}: {error}") from None
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise InvalidModelError(f"{document.place}: {error}") from error
