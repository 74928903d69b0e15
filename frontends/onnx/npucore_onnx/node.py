# SPDX-License-Identifier: MIT
"""A node with its values: what the builders of `npucore_onnx.ops` get."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from npucore.errors import InvalidModelError, UnsupportedError
from npucore.ops import Activation, Op
from npucore.tensor import Array, Quantization, Shape, Tensor
from npucore_onnx.assembly import Assembly, in_order
from npucore_onnx.records import NodeRecord
from npucore_onnx.value import NHWC, Order, Value, plain

ACTIVATION = "npucore.activation"  # attribute that `npucore_onnx.qdq` adds


class NotConstantError(UnsupportedError):
    """An operand is computed where this frontend needs a constant.

    *tensor* is what is computed; *inputs* are the graph's inputs that it depends on.
    """

    def __init__(self, message: str, tensor: Tensor) -> None:
        super().__init__(message)
        self.tensor = tensor
        self.inputs: tuple[str, ...] = ()


class Node:
    """One node of the file, its operands None where they are left out.

    Builders give back the results as values, in the node's order. *stored* is the quantization of
    the results and their dtype, None for plain numbers.
    """

    def __init__(
        self,
        record: NodeRecord,
        operands: Sequence[Value | None],
        stored: tuple[Quantization, np.dtype[Any]] | None,
        assembly: Assembly,
    ) -> None:
        self.record, self.operands, self.stored = record, tuple(operands), stored
        self.assembly = assembly

    # Messages.

    def invalid(self, why: str) -> NoReturn:
        """Raise `InvalidModelError` in this node's name."""
        raise InvalidModelError(f"{self.record.where}: {why}")

    def unsupported(self, why: str) -> NoReturn:
        """Raise `UnsupportedError` in this node's name."""
        raise UnsupportedError(f"{self.record.where}: {why}")

    def require(self, condition: bool, why: str) -> None:
        """Raise `InvalidModelError` in this node's name unless *condition* holds."""
        if not condition:
            self.invalid(why)

    def reserve(self, elements: int) -> None:
        """Count elements that this node is about to make of constants.

        Raises `InvalidModelError` for more than the file's budget holds; every array that a builder
        makes in other sizes than its operands' is counted before it is made.
        """
        self.assembly.budget.take(elements, self.record.where)

    # Operands.

    @property
    def opset(self) -> int:
        """The version of the node's operator set."""
        return self.record.opset

    def value(self, position: int) -> Value:
        """An operand that has to be there."""
        value = self.optional(position)
        return self.invalid(f"operand {position} is missing") if value is None else value

    def optional(self, position: int) -> Value | None:
        """An operand that may be left out."""
        return self.operands[position] if position < len(self.operands) else None

    def values(self) -> tuple[Value, ...]:
        """Every operand; none may be left out."""
        return tuple(self.value(position) for position in range(len(self.operands)))

    def tensor(self, position: int) -> Tensor:
        """An operand with its axes as ONNX has them."""
        value = self.value(position)
        return self.assembly.arranged(value, plain(value.rank))

    def constant(self, position: int) -> Array:
        """The numbers of a constant operand, as ONNX has them."""
        if (data := self.value(position).data) is None:
            name = self.record.operands[position].name
            why = f"operand {position} ({name}) is computed, not constant"
            raise NotConstantError(f"{self.record.where}: {why}", self.value(position).tensor)
        return data

    def constants(self, position: int) -> list[int]:
        """The integers of a constant operand, a scalar or a vector."""
        data = self.constant(position)
        if data.dtype.kind not in "iu" or data.ndim > 1:
            self.invalid(f"operand {position} is {data.dtype}{data.shape}, wanted integers")
        return [int(number) for number in data.reshape(-1)]

    def scalar(self, position: int, default: float) -> float:
        """The number of a constant operand of one element; *default* if it is left out."""
        if self.optional(position) is None:
            return default
        data = self.constant(position)
        self.require(data.size == 1, f"operand {position} holds {data.size} numbers, wanted one")
        number: float = data.reshape(-1)[0].item()
        return number

    # Attributes.

    def integer(self, name: str, default: int | None = None) -> int:
        """An integer attribute; it has to be there if there is no *default*."""
        return int(self._attribute(name, default, int))

    def real(self, name: str, default: float | None = None) -> float:
        """A float attribute."""
        return float(self._attribute(name, default, (int, float)))

    def text(self, name: str, default: str | None = None) -> str:
        """A string attribute."""
        value = self._attribute(name, None if default is None else default.encode(), bytes)
        return str(value, "utf-8", "replace")

    def integers(self, name: str, default: Sequence[int] | None = None) -> list[int]:
        """A list of integers."""
        return list(self._attribute(name, default, (list, tuple)))

    def reals(self, name: str) -> list[float]:
        """A list of floats that has to be there."""
        return list(self._attribute(name, None, (list, tuple)))

    def has(self, name: str) -> bool:
        """Whether the node has an attribute of that name."""
        return name in self.record.attributes

    def _attribute(self, name: str, default: Any, kind: Any) -> Any:
        value = self.record.attributes.get(name, default)
        if value is None:
            self.invalid(f"the attribute {name} is missing")
        if not isinstance(value, kind):
            self.invalid(f"the attribute {name} is {value!r}")
        return value

    @property
    def activation(self) -> Activation:
        """A clamp that stood behind this node in the file."""
        return Activation(self.record.attributes.get(ACTIVATION, Activation.NONE))

    def integers_of(self, name: str, position: int, since: int) -> list[int] | None:
        """Integers that are an operand from opset *since* on, and an attribute before; or None."""
        if self.opset < since or (self.has(name) and self.optional(position) is None):
            return self.integers(name) if self.has(name) else None
        return None if self.optional(position) is None else self.constants(position)

    def axis(self, axis: int, rank: int) -> int:
        """An axis counted from the front; the file may count from the back."""
        self.require(-rank <= axis < rank, f"axis {axis} of a tensor of rank {rank}")
        return axis % rank

    def axes(self, axes: Sequence[int], rank: int) -> tuple[int, ...]:
        """Axes counted from the front, in order, each once."""
        found = sorted({self.axis(axis, rank) for axis in axes})
        self.require(len(found) == len(axes), f"axes {list(axes)} repeat")
        return tuple(found)

    # Results.

    @property
    def label(self) -> str:
        """What a person calls the first result."""
        return self.result_name(0)

    def result_name(self, number: int) -> str:
        """What a person calls a result."""
        names = self.record.results
        return (names[number] if number < len(names) else "") or f"node_{self.record.index}"

    def wants(self, number: int) -> bool:
        """Whether the file uses this result."""
        return number < len(self.record.results) and bool(self.record.results[number])

    def emit(
        self,
        kind: type[Op],
        order: Order | None = None,
        *,
        dtype: np.dtype[Any] | None = None,
        shape: Shape | None = None,
        **fields: Any,
    ) -> Value:
        """An op that gives the node's result; plain numbers are of the first operand's dtype."""
        quantization = None
        if dtype is None and self.stored is not None:
            quantization, dtype = self.stored
        elif dtype is None:
            dtype = next(v.dtype for v in fields.values() if isinstance(v, Tensor))
        tensor = self.assembly.emit(kind, self.label, dtype, quantization, shape, **fields)
        return Value(tensor, plain(len(tensor.shape)) if order is None else order)

    def moved(
        self,
        kind: type[Op],
        order: Order | None = None,
        *,
        shape: Shape | None = None,
        **fields: Any,
    ) -> Value:
        """An op that only moves stored numbers: they keep what they mean."""
        source = next(v for v in fields.values() if isinstance(v, Tensor))
        tensor = self.assembly.emit(
            kind, self.label, source.dtype, source.quantization, shape, **fields
        )
        return Value(tensor, plain(len(tensor.shape)) if order is None else order)

    def map(self, position: int) -> Tensor:
        """An operand (N, C, H, W) as a map (N, H, W, C)."""
        value = self.value(position)
        if value.rank != 4:
            self.unsupported(f"a map of shape {value.shape}, wanted rank 4")
        return self.assembly.arranged(value, NHWC)

    def alike(self, *values: Value) -> tuple[list[Tensor], Order]:
        """Operands broadcast to one shape in one order of axes, and that order."""
        try:
            shape = np.broadcast_shapes(*(value.shape for value in values))
        except ValueError:
            shapes = ", ".join(str(value.shape) for value in values)
            self.invalid(f"operands of shapes {shapes} do not broadcast")
        full = [v.order for v in values if v.rank == len(shape) and v.data is None]
        order = next((o for o in full if o != plain(len(shape))), plain(len(shape)))
        return [self.assembly.broadcast(value, shape, order) for value in values], order

    def number(self, number: float, like: Tensor) -> Tensor:
        """A constant of one value, in the shape and dtype of *like*."""
        data = np.broadcast_to(np.array(number, like.dtype), like.shape)
        return Tensor(f"{number:g}", like.shape, like.dtype, None, data)

    def in_order(self, shape: Shape, order: Order) -> Shape:
        """A shape as ONNX has it, in the order of a tensor."""
        return in_order(shape, order)


Builder = Callable[[Node], Value | tuple[Value, ...]]
Operators = Mapping[str, Builder]
"""Name of an operator -> what reads it; of a domain beside ONNX's own, ``domain.name``."""
