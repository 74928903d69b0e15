# SPDX-License-Identifier: MIT
"""An operator with its tensors: what the builders of `npucore_tflite.ops` get."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np
import tflite

from npucore.budget import Budget
from npucore.errors import InvalidModelError, UnsupportedError
from npucore.ops import Activation, Broadcast, Op
from npucore.tensor import Array, Shape, Tensor
from npucore_tflite.flatbuffer import OperatorRecord, read_options

ACTIVATIONS = {
    tflite.ActivationFunctionType.NONE: Activation.NONE,
    tflite.ActivationFunctionType.RELU: Activation.RELU,
    tflite.ActivationFunctionType.RELU_N1_TO_1: Activation.RELU_N1_TO_1,
    tflite.ActivationFunctionType.RELU6: Activation.RELU6,
}


class Node:
    """One operator of the file.

    ``operands`` and ``results`` are its tensors in the file's order, None for an operand that is
    left out. `broadcast` collects in ``before`` the ops that must run first.
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
