# SPDX-License-Identifier: MIT
"""The graph while it is put together: ops so far, and tensors in other orders of axes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from npucore.errors import InvalidModelError, UnsupportedError
from npucore.files.budget import Budget
from npucore.ops import Broadcast, Op, Quantize, Reshape, Transpose
from npucore.tensor import Quantization, Shape, Tensor
from npucore_onnx.constants import check_size
from npucore_onnx.value import Order, Value, moves_nothing, permutation

LARGEST_OPS = 1 << 16
BYTES = {np.dtype(np.int8), np.dtype(np.uint8)}


class Assembly:
    """Collects ops in an order in which they can run."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.ops: list[Op] = []
        self._writers: dict[Tensor, Op] = {}
        self._transposed: dict[tuple[Tensor, Order], Tensor] = {}
        self._reshaped: dict[tuple[Tensor, Shape], Tensor] = {}

    def add(self, op: Op) -> None:
        """Append *op*. Raises `InvalidModelError` if there are too many."""
        if len(self.ops) >= LARGEST_OPS:
            raise InvalidModelError(f"more than {LARGEST_OPS} ops")
        self.ops.append(op)
        self._writers.update((tensor, op) for tensor in op.outputs)

    def writer(self, tensor: Tensor) -> Op | None:
        """The op that computes *tensor*."""
        return self._writers.get(tensor)

    def sources(self, tensor: Tensor) -> tuple[str, ...]:
        """The names of the graph's inputs that *tensor* depends on."""
        found, seen, waiting = [], {tensor}, [tensor]
        while waiting:
            current = waiting.pop()
            writer = self._writers.get(current)
            if writer is None and not current.is_constant:
                found.append(current.name)
            fresh = [t for t in (writer.inputs if writer else ()) if t not in seen]
            seen.update(fresh)
            waiting += fresh
        return tuple(found)

    def emit(
        self,
        kind: type[Op],
        label: str,
        dtype: np.dtype[Any],
        quantization: Quantization | None = None,
        shape: Shape | None = None,
        **fields: Any,
    ) -> Tensor:
        """Append an op with one result; without *shape* the op itself says which it has."""
        if shape is None:
            shape = result_shape(kind, label, fields)
        check_size(shape, dtype, label)
        output = Tensor(label, shape, dtype, quantization)
        make: Callable[..., Op] = kind
        self.add(make(output=output, **fields))
        return output

    def reshaped(self, tensor: Tensor, shape: Shape) -> Tensor:
        """The same elements in another shape; a reshape of a reshape is one."""
        if tensor.shape == shape:
            return tensor
        if (tensor, shape) not in self._reshaped:
            self._reshaped[tensor, shape] = self._reshape(tensor, shape)
        return self._reshaped[tensor, shape]

    def _reshape(self, tensor: Tensor, shape: Shape) -> Tensor:
        quantization = tensor.quantization
        if quantization is not None and quantization.axis is not None:
            raise UnsupportedError(f"{tensor.name} is quantized per channel and reshaped")
        if tensor.data is not None:
            self.budget.take(tensor.elements, tensor.name)
            return dataclasses.replace(tensor, shape=shape, data=tensor.data.reshape(shape))
        source, writer = tensor, self.writer(tensor)
        if isinstance(writer, Reshape) and _same(writer.input.quantization, quantization):
            source = writer.input
        if source.shape == shape:
            return source
        fields: dict[str, Any] = {"shape": shape, "quantization": quantization}
        return self.emit(Reshape, tensor.name, tensor.dtype, input=source, **fields)

    def requantized(self, tensor: Tensor, quantization: Quantization) -> Tensor:
        """The same stored integers with another meaning."""
        if _same(tensor.quantization, quantization):
            return tensor
        if tensor.data is not None:
            return dataclasses.replace(tensor, quantization=quantization)
        shape = tensor.shape
        return self.emit(Reshape, tensor.name, tensor.dtype, quantization, shape, input=tensor)

    def flipped(self, tensor: Tensor, dtype: np.dtype[Any]) -> Tensor:
        """Stored bytes as int8 or uint8, with the zero point that leaves their meaning as it is."""
        if tensor.dtype == dtype or {tensor.dtype, dtype} != BYTES:
            return tensor
        q = tensor.q
        zero_point = q.zero_point + (128 if dtype == np.uint8 else -128)
        meaning = dataclasses.replace(q, zero_point=zero_point)
        if tensor.data is not None:
            self.budget.take(tensor.elements, tensor.name)
            data = (tensor.data.view(np.uint8) ^ np.uint8(128)).view(dtype)
            return dataclasses.replace(tensor, dtype=dtype, data=data, quantization=meaning)
        return self.emit(Quantize, tensor.name, dtype, meaning, input=tensor)

    def arranged(self, value: Value, order: Order) -> Tensor:
        """The value's tensor with its axes in *order*: transposed if need be, and only once."""
        moved = permutation(value.order, order)
        if moved == tuple(range(value.rank)):
            return value.tensor
        if (value.tensor, moved) not in self._transposed:
            self._transposed[value.tensor, moved] = self._transpose(value.tensor, moved)
        return self._transposed[value.tensor, moved]

    def _transpose(self, tensor: Tensor, moved: Order) -> Tensor:
        shape = tuple(tensor.shape[axis] for axis in moved)
        quantization = tensor.quantization
        if quantization is not None and quantization.axis is not None:
            axis = moved.index(quantization.axis)
            quantization = dataclasses.replace(quantization, axis=axis)
        if tensor.data is not None:
            self.budget.take(tensor.elements, tensor.name)
            data = np.ascontiguousarray(tensor.data.transpose(moved))
            return dataclasses.replace(tensor, shape=shape, data=data, quantization=quantization)
        if moves_nothing(tensor.shape, moved):
            return self.reshaped(tensor, shape)
        fields: dict[str, Any] = {"input": tensor, "permutation": moved}
        return self.emit(Transpose, tensor.name, tensor.dtype, quantization, **fields)

    def broadcast(self, value: Value, shape: Shape, order: Order) -> Tensor:
        """The value repeated to *shape* (as ONNX has it), its axes in *order*."""
        if value.shape == shape:
            return self.arranged(value, order)
        if value.tensor.quantization is not None and value.tensor.quantization.axis is not None:
            raise UnsupportedError(f"{value.tensor.name} is quantized per channel and broadcast")
        missing = len(shape) - value.rank
        if missing:
            padded = (1,) * missing + value.shape
            ours = self.arranged(value, tuple(range(value.rank)))
            value = Value.of(self.reshaped(ours, padded))
        tensor = self.arranged(value, order)
        wanted = in_order(shape, order)
        check_size(wanted, tensor.dtype, tensor.name)
        if tensor.data is not None:
            data = np.broadcast_to(tensor.data, wanted)
            return dataclasses.replace(tensor, shape=wanted, data=data)
        fields: dict[str, Any] = {"shape": wanted, "input": tensor}
        return self.emit(Broadcast, tensor.name, tensor.dtype, tensor.quantization, **fields)

    def named(self, tensors: Sequence[Tensor], names: Sequence[str]) -> tuple[Tensor, ...]:
        """*tensors*, each called by its name if it is computed here and has no other name yet.

        Nothing may be emitted afterwards.
        """
        swap: dict[Tensor, Tensor] = {}
        for tensor, name in zip(tensors, names, strict=True):
            if tensor not in swap and tensor in self._writers:
                new = tensor if tensor.name == name else dataclasses.replace(tensor, name=name)
                swap[tensor] = new
        for number, op in enumerate(self.ops):
            if not swap.keys().isdisjoint((*op.inputs, *op.outputs)):
                self.ops[number] = substituted(op, swap)
        return tuple(swap.get(tensor, tensor) for tensor in tensors)


def substituted(op: Op, swap: Mapping[Tensor, Tensor]) -> Op:
    """*op* with other tensors in the places of some of its own."""

    def other(value: Any) -> Any:
        if isinstance(value, Tensor):
            return swap.get(value, value)
        if isinstance(value, tuple) and any(isinstance(item, Tensor) for item in value):
            return tuple(other(item) for item in value)
        return value

    fields = {f.name: other(getattr(op, f.name)) for f in dataclasses.fields(op)}
    return type(op)(**fields)


def in_order(shape: Shape, order: Order) -> Shape:
    """A shape as ONNX has it, in the order of a tensor.

    >>> in_order((1, 3, 8, 9), (0, 3, 1, 2))
    (1, 8, 9, 3)
    """
    sizes = [0] * len(shape)
    for size, axis in zip(shape, order, strict=True):
        sizes[axis] = size
    return tuple(sizes)


def _same(a: Quantization | None, b: Quantization | None) -> bool:
    return a is b or (a is not None and b is not None and a.same_as(b))


def result_shape(kind: type[Op], label: str, fields: dict[str, Any]) -> Shape:
    """What an op of *kind* with these fields says about the shape of its only result."""
    probe = object.__new__(kind)
    defaults = {field.name: field.default for field in dataclasses.fields(kind)}
    output = Tensor(label, (), np.dtype(np.float32))
    for name, value in (defaults | fields | {"output": output}).items():
        object.__setattr__(probe, name, value)
    return probe.infer_shape()
