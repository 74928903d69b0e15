# SPDX-License-Identifier: MIT
"""What every operation has in common."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, ClassVar, NamedTuple, NoReturn, Protocol

from npucore.errors import InvalidModelError
from npucore.tensor import Shape, Tensor


class Activation(enum.StrEnum):
    """A clamp of the output that an op applies itself, in real numbers."""

    NONE = "none"
    RELU = "relu"  # at least 0
    RELU6 = "relu6"  # 0 to 6
    RELU_N1_TO_1 = "relu_n1_to_1"  # -1 to 1


class Padding(NamedTuple):
    """Rows and columns added around a feature map, in elements.

    SAME and VALID do not exist here: a frontend has turned them into numbers.
    """

    top: int = 0
    bottom: int = 0
    left: int = 0
    right: int = 0


class Body(Protocol):
    """A graph inside an op."""

    @property
    def ops(self) -> Sequence[Op]:
        """Operations in an order in which they can run."""
        ...

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """The body's operands."""
        ...

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        """The body's results."""
        ...


@dataclass(frozen=True, eq=False, kw_only=True)
class Op:
    """One node of a graph: named tensors in, tensors out, and plain attributes.

    A subclass is the whole definition of an operation: its fields are the operands and
    attributes, its docstring gives the arithmetic, and `infer_shape` its one shape rule.
    Operands are the fields that hold a `Tensor` or a tuple of them; the result is the field
    ``output``, or ``results`` in an op that has several.
    """

    name: ClassVar[str]

    @cached_property
    def inputs(self) -> tuple[Tensor, ...]:
        """Every operand in field order, constants included, absent ones left out."""
        return tuple(self._tensors(results=False))

    @cached_property
    def outputs(self) -> tuple[Tensor, ...]:
        """Every result, in order."""
        return tuple(self._tensors(results=True))

    @property
    def label(self) -> str:
        """What a person calls this node: the name of its first result."""
        return next((tensor.name for tensor in self.outputs), "nothing")

    def _tensors(self, results: bool) -> Iterator[Tensor]:
        for field in fields(self):
            if (field.name in ("output", "results")) is results:
                value: Any = getattr(self, field.name)
                if isinstance(value, Tensor):
                    yield value
                elif isinstance(value, tuple):
                    yield from (item for item in value if isinstance(item, Tensor))

    def infer_shape(self) -> Shape:
        """The shape of the only result, from the operands' shapes and the attributes."""
        raise TypeError(f"{type(self).__name__} does not infer its shape")

    def infer_shapes(self) -> tuple[Shape, ...]:
        """The shape of every result; an op with several overrides this one."""
        return (self.infer_shape(),)

    def __post_init__(self) -> None:
        self.require(bool(self.outputs), "an op without a result")
        for result, expected in zip(self.outputs, self.infer_shapes(), strict=True):
            if expected != result.shape:
                self.invalid(f"operands give {expected}, but the model says {result.shape}")

    def invalid(self, why: str) -> NoReturn:
        """Raise `InvalidModelError` in this node's name."""
        raise InvalidModelError(f"{self.name} -> {self.label}: {why}")

    def require(self, condition: bool, why: str) -> None:
        """Raise `InvalidModelError` in this node's name unless *condition* holds."""
        if not condition:
            self.invalid(why)

    def axis_of(self, tensor: Tensor, axis: int) -> int:
        """*axis* of *tensor*, counted from the front; a negative one counts from the back."""
        rank = len(tensor.shape)
        self.require(-rank <= axis < rank, f"axis {axis} of a tensor of rank {rank}")
        return axis % rank

    def same_shape(self, *operands: Tensor) -> Shape:
        """The shape that all *operands* have: npucore broadcasts nothing implicitly."""
        shapes = [operand.shape for operand in operands]
        self.require(len(set(shapes)) == 1, f"operands of shapes {shapes}, wanted one shape")
        return shapes[0]

    def fed(self, body: Body, given: tuple[Tensor, ...]) -> None:
        """Raise `InvalidModelError` unless *body* takes tensors like *given*."""
        wanted = [(tensor.shape, tensor.dtype) for tensor in body.inputs]
        found = [(tensor.shape, tensor.dtype) for tensor in given]
        self.require(wanted == found, f"a graph that takes {wanted} is given {found}")

    def rank(self, tensor: Tensor, rank: int) -> Shape:
        """The shape of *tensor*, which must have that many axes."""
        self.require(
            len(tensor.shape) == rank, f"{tensor.name} has shape {tensor.shape}, wanted rank {rank}"
        )
        return tensor.shape
