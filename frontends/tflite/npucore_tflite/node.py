# SPDX-License-Identifier: MIT
"""An operator with its tensors: what the builders of `npucore_tflite.ops` get."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar

import numpy as np
import tflite

from npucore.errors import InvalidModelError, UnsupportedError
from npucore.files.budget import Budget
from npucore.ops import Activation, Broadcast, Op, Reshape
from npucore.tensor import Array, Shape, Tensor
from npucore_tflite.evaluate import evaluate, is_constant
from npucore_tflite.flatbuffer import read_options
from npucore_tflite.records import OperatorRecord
from npucore_tflite.tensors import check_size

T = TypeVar("T", bound=Op)

ACTIVATIONS = {
    tflite.ActivationFunctionType.NONE: Activation.NONE,
    tflite.ActivationFunctionType.RELU: Activation.RELU,
    tflite.ActivationFunctionType.RELU_N1_TO_1: Activation.RELU_N1_TO_1,
    tflite.ActivationFunctionType.RELU6: Activation.RELU6,
}


class Node:
    """One operator of the file.

    ``operands`` and ``results`` are its tensors in the file's order, None for an operand that is
    left out. Shapes of results are not trusted: `make` and `emit` compute them. ``before`` are the
    ops that must run first; ``folded`` the results, if constants have already said them;
    ``states`` pairs of a variable operand and what it becomes.
    """

    def __init__(
        self,
        record: OperatorRecord,
        operands: Sequence[Tensor | None],
        results: Sequence[Tensor],
        budget: Budget,
    ) -> None:
        self.record, self.budget = record, budget
        self.operands, self.results = tuple(operands), tuple(results)
        self.before: list[Op] = []
        self.folded: tuple[Tensor, ...] | None = None
        self.states: list[tuple[Tensor, Tensor]] = []

    @property
    def where(self) -> str:
        """Place and name of the operator, for messages."""
        return f"operator {self.record.index} ({self.record.name})"

    def invalid(self, why: str) -> NoReturn:
        """Raise `InvalidModelError` in this operator's name."""
        raise InvalidModelError(f"{self.where}: {why}")

    def unsupported(self, why: str) -> NoReturn:
        """Raise `UnsupportedError` in this operator's name."""
        raise UnsupportedError(f"{self.where}: {why}")

    def reserve(self, elements: int) -> None:
        """Count elements that this operator is about to make of constants.

        Raises `InvalidModelError` for more than the file's budget holds.
        """
        self.budget.take(elements, self.where)

    def input(self, position: int) -> Tensor:
        """An operand that has to be there."""
        tensor = self.optional(position)
        return self.invalid(f"operand {position} is missing") if tensor is None else tensor

    def optional(self, position: int) -> Tensor | None:
        """An operand that may be left out."""
        return self.operands[position] if position < len(self.operands) else None

    def all_inputs(self) -> tuple[Tensor, ...]:
        """Every operand; none may be left out."""
        return tuple(self.input(position) for position in range(len(self.operands)))

    @property
    def output(self) -> Tensor:
        """The only result."""
        if len(self.results) != 1:
            self.invalid(f"{len(self.results)} results, wanted one")
        return self.results[0]

    def constant(self, position: int, rank: int = 1) -> Array:
        """The integers of a constant operand, of the given rank."""
        tensor = self.input(position)
        if tensor.data is None:
            self.unsupported(f"operand {position} ({tensor.name}) is computed, not constant")
        if tensor.data.ndim != rank or tensor.data.dtype.kind not in "iu":
            self.invalid(f"operand {position} is {tensor.dtype}{tensor.shape}")
        return tensor.data

    def integer(self, position: int) -> int:
        """The one integer of a constant operand, be it a scalar or a vector of one."""
        data = self.input(position).data
        rank = 0 if data is None else min(data.ndim, 1)
        values = self.constant(position, rank).reshape(-1)
        if values.size != 1:
            self.invalid(f"operand {position} holds {values.size} numbers, wanted one")
        return int(values[0])

    def options(self, kind: type[Any], *names: str) -> dict[str, Any]:
        """Options by the names of their accessors in the `tflite` package."""
        return read_options(self.record, kind, names)

    def activation(self, number: int) -> Activation:
        """A fused activation by its number in the file."""
        if number not in ACTIVATIONS:
            self.unsupported(f"fused activation {number}")
        return ACTIVATIONS[number]

    def axis(self, axis: int, rank: int) -> int:
        """An axis counted from the front; the file may count from the back."""
        if not -rank <= axis < rank:
            self.invalid(f"axis {axis} of a tensor of rank {rank}")
        return axis % rank

    def make(self, kind: type[T], *, shape: Shape | None = None, **fields: Any) -> T:
        """The op that gives the node's results, in shapes that it says itself.

        *shape* is that of the only result, for an op that cannot know it.
        """
        declared: dict[str, Any] = (
            {"results": self.results} if _has_results(kind) else {"output": self.output}
        )
        shapes = result_shapes(kind, fields | declared) if shape is None else (shape,)
        if len(shapes) != len(self.results):
            self.invalid(f"{len(self.results)} results, wanted {len(shapes)}")
        pairs = zip(self.results, shapes, strict=True)
        results = tuple(self._shaped(tensor, wanted) for tensor, wanted in pairs)
        ends: dict[str, Any] = (
            {"results": results} if _has_results(kind) else {"output": results[0]}
        )
        op = kind(**fields, **ends)
        self.folded = self._evaluated(op)
        return op

    def emit(
        self,
        kind: type[Op],
        label: str,
        *,
        like: Tensor | None = None,
        dtype: np.dtype[Any] | None = None,
        shape: Shape | None = None,
        **fields: Any,
    ) -> Tensor:
        """The result of an op that runs first: plain numbers of *dtype*, or as *like* stores."""
        quantization = None if like is None else like.quantization
        if dtype is None:
            first = next(value for value in fields.values() if isinstance(value, Tensor))
            dtype = first.dtype if like is None else like.dtype
        name = f"{self.results[0].name}/{label}"
        probe = Tensor(name, shape or (), dtype, quantization if shape is not None else None)
        if shape is None:
            (shape,) = result_shapes(kind, fields | {"output": probe})
        output = self._shaped(Tensor(name, (), dtype), shape)
        output = dataclasses.replace(output, quantization=quantization)
        make: Callable[..., Op] = kind
        op = make(output=output, **fields)
        if (folded := self._evaluated(op)) is not None:
            return folded[0]
        self.before.append(op)
        return output

    def finish(self, tensor: Tensor) -> Op:
        """The op that has computed *tensor*, as the one that gives the node's only result."""
        if tensor.data is not None:
            self.folded = (dataclasses.replace(tensor, name=self.output.name),)
        elif self.before and self.before[-1].outputs == (tensor,):
            last: Any = self.before.pop()
            output = dataclasses.replace(self.output, shape=tensor.shape, data=None)
            joined: Op = dataclasses.replace(last, output=output)
            return joined
        output = self._shaped(self.output, tensor.shape)
        source = dataclasses.replace(tensor, data=None)
        return Reshape(input=source, output=output)

    def several(self, tensors: Sequence[Tensor]) -> None:
        """Results that are there already, one for each that the file declares."""
        if len(tensors) != len(self.results):
            self.invalid(f"{len(self.results)} results, wanted {len(tensors)}")
        self.folded = tuple(tensors)

    def real(self, position: int) -> float:
        """The one number of a constant operand."""
        data = self.input(position).data
        if data is None or data.size != 1:
            self.unsupported(f"operand {position} is not one constant number")
        return float(data.reshape(-1)[0])

    def _evaluated(self, op: Op) -> tuple[Tensor, ...] | None:
        if not is_constant(op):
            return None
        self.reserve(sum(tensor.elements for tensor in (*op.inputs, *op.outputs)))
        return evaluate(op)

    def number(self, number: float, like: Tensor) -> Tensor:
        """A constant of one value in the shape and dtype of *like*."""
        data = np.broadcast_to(np.array(number, like.dtype), like.shape)
        return Tensor(f"{number:g}", like.shape, like.dtype, None, data)

    def _shaped(self, tensor: Tensor, shape: Shape) -> Tensor:
        check_size(shape, tensor.dtype, f"{self.where}: {tensor.name}")
        quantization = tensor.quantization
        if quantization is not None and quantization.axis is not None:
            fits = quantization.axis < len(shape)
            if not fits or quantization.scale.size != shape[quantization.axis]:
                self.unsupported(f"{tensor.name} is quantized per channel in shape {shape}")
        return dataclasses.replace(tensor, shape=shape, data=None)

    def common_shape(self, *tensors: Tensor) -> Shape:
        """The shape to which *tensors* are broadcast."""
        try:
            return np.broadcast_shapes(*(tensor.shape for tensor in tensors))
        except ValueError:
            shapes = ", ".join(str(tensor.shape) for tensor in tensors)
            return self.invalid(f"operands of shapes {shapes} do not broadcast")

    def alike(self, *tensors: Tensor) -> tuple[Tensor, ...]:
        """*tensors*, broadcast to one shape."""
        shape = self.common_shape(*tensors)
        return tuple(self.broadcast(tensor, shape) for tensor in tensors)

    def broadcast(self, tensor: Tensor, shape: Shape) -> Tensor:
        """*tensor* in *shape*: constants are repeated at once, others by a `Broadcast` op."""
        if tensor.shape == shape:
            return tensor
        if tensor.quantization is not None and tensor.quantization.axis is not None:
            self.unsupported(f"{tensor.name} is quantized per channel and broadcast")
        if tensor.data is None:
            wide = dataclasses.replace(tensor, name=f"{tensor.name}/broadcast", shape=shape)
            self.before.append(Broadcast(input=tensor, output=wide))
            return wide
        try:
            data = np.broadcast_to(tensor.data, shape)
        except ValueError:
            self.invalid(f"{tensor.shape} does not broadcast to {shape}")
        return dataclasses.replace(tensor, shape=shape, data=data)


def _has_results(kind: type[Op]) -> bool:
    return any(field.name == "results" for field in dataclasses.fields(kind))


def result_shapes(kind: type[Op], fields: dict[str, Any]) -> tuple[Shape, ...]:
    """The shapes of the results that an op of *kind* with these fields infers."""
    probe = object.__new__(kind)
    defaults = {field.name: field.default for field in dataclasses.fields(kind)}
    for name, value in (defaults | fields).items():
        object.__setattr__(probe, name, value)
    return probe.infer_shapes()


Builder = Callable[[Node], Op]
Operators = Mapping[str, Builder]
"""Name of an operator -> the function that reads it into an op."""

Folder = Callable[[Node], Tensor | None]
Folders = Mapping[str, Folder]
"""Name of an operator -> what computes its result when the file is read, if it can."""
