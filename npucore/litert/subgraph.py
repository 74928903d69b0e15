# SPDX-License-Identifier: MIT
"""A subgraph of a file: its tensors by number, and the session that runs it."""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable, Sequence
from typing import Any, SupportsIndex

import numpy as np

from npucore.contract.numbered import FileGraph, Numbered, NumberedFile
from npucore.contract.placement import Placement
from npucore.errors import NpucoreError, OpenShapeError, UnsupportedError
from npucore.graph import Graph
from npucore.litert.details import tensor_details
from npucore.litert.memory import Memory
from npucore.litert.types import spoken
from npucore.running.session import Session
from npucore.tensor import Array, Shape

NUMBERS = 1 << 31
HELD = """There is at least 1 reference to internal data
      in the interpreter in the form of a numpy array or slice. Be sure to
      only hold the function returned from tensor() if you are using raw
      data access."""
NOT_READY = "Invoke called on model that is not ready."
NO_DATA = "Tensor data is null. Run allocate_tensors() first"
UNALLOCATED = "Cannot set tensor: Tensor is unallocated. Try calling allocate_tensors() first"
VARIABLE = "VAR_HANDLE"
NOT_KEPT = "npucore keeps inputs and outputs; experimental_preserve_all_tensors=True keeps the rest"

Open = Callable[[Graph], Session]


class Subgraph:
    """One subgraph of *file*; *open_session* compiles a graph, *keep_all* keeps every tensor.

    Errors have the classes and the first words of LiteRT's.
    """

    def __init__(
        self, file: NumberedFile, index: int, open_session: Open, keep_all: bool = False
    ) -> None:
        self.graph: FileGraph = file.graphs[index]
        self._file, self._index = file, index
        self._open, self._keep_all = open_session, keep_all
        self._shapes: dict[int, Shape] = {}  # of inputs that were resized
        self._ready = False  # whether what is compiled is of these shapes
        self._stale: set[int] = set()  # inputs that were resized since
        self._read: Numbered | None = None
        self._kept: tuple[int, ...] = ()
        self._memory = Memory({})
        self._session: Session | None = None

    @property
    def placement(self) -> tuple[Placement, ...]:
        """Where the ops run; nothing before `allocate`."""
        return self._session.placement if self._session else ()

    def number(self, given: SupportsIndex, function: str) -> int:
        """A tensor's number as a program gives it. Raises `TypeError` and `ValueError`."""
        try:
            number = operator.index(given)
        except TypeError:
            number = NUMBERS
        if not -NUMBERS <= number < NUMBERS:
            raise TypeError(
                f"{function}(): incompatible function arguments: "
                f"{given!r} as a tensor's index, wanted an integer of 32 bits"
            )
        if not 0 <= number < len(self.graph.tensors):
            count = len(self.graph.tensors)
            raise ValueError(f"Invalid tensor index {number} exceeds max tensor index {count}")
        return number

    def ensure_safe(self) -> None:
        """Raise `RuntimeError` while somebody holds a view of a tensor."""
        if self._memory.is_held:
            raise RuntimeError(HELD)

    def resize(self, number: int, shape: Sequence[int], strict: bool) -> None:
        """Give an input another shape, from the next `allocate` on; its present one is free."""
        if not 0 <= number < len(self.graph.tensors):
            raise RuntimeError(
                f"tensor_index < context_.tensors_size && tensor_index >= 0 was not true: {number}"
            )
        if number not in self.graph.inputs:
            if self._constant(number) is not None:
                raise RuntimeError("Attempting to resize a fixed-size tensor.")
            return  # as LiteRT does: its shape is worked out anew by `allocate`
        have, want = self.shape(number), tuple(map(int, shape))
        if strict:
            self._check_strictly(number, have, want)
        if min(want, default=0) < 0:
            raise RuntimeError(f"BytesRequired number of elements overflowed: {want}")
        if have != want:
            self._shapes[number], self._ready = want, False
            self._stale.add(number)

    def _check_strictly(self, number: int, have: Shape, want: Shape) -> None:
        if len(have) != len(want):
            sizes = f"({len(have)} != {len(want)})"
            raise RuntimeError(f"tensor->dims->size != dims.size() {sizes}")
        declared = self.graph.tensors[number].open_shape or have
        for axis, (old, new) in enumerate(zip(have, want, strict=True)):
            if old != new and declared[axis] != -1:
                raise RuntimeError(
                    f"Attempting to resize dimension {axis} of tensor {number} with value {old} to "
                    f"{new}. ResizeInputTensorStrict only allows mutating unknown dimensions "
                    "identified by -1."
                )

    def allocate(self) -> None:
        """Read and compile the subgraph for the present shapes, unless it is."""
        if self._ready:
            return
        try:
            self._check_variables()
            read = self._file.read(self._index, self._shapes)
            self._kept = self._numbers_to_keep(read)
            tensors = [read.tensors[number] for number in self._kept]
            outputs = tuple(dict.fromkeys(t for t in tensors if t is not None))
            session = self._open(dataclasses.replace(read.graph, outputs=outputs))
        except OpenShapeError as error:
            raise RuntimeError(f"{error}: give it sizes with resize_tensor_input") from error
        except NpucoreError as error:
            raise RuntimeError(str(error)) from error
        self.close()
        self._read, self._session = read, session
        self._memory = Memory(
            {
                number: (tensor.shape, tensor.dtype)
                for number in (*self.graph.inputs, *self._kept)
                if (tensor := read.tensors[number]) is not None
            }
        )
        self._stale.clear()
        self._ready = True

    def _check_variables(self) -> None:
        """Raise `UnsupportedError` where another subgraph would see what this one assigns."""
        if self._index and any(o.name == VARIABLE for o in self.graph.operators):
            raise UnsupportedError(f"subgraph {self._index} shares variables with the main one")

    def _numbers_to_keep(self, read: Numbered) -> tuple[int, ...]:
        """Outputs, and with *keep_all* whatever is computed."""
        written = read.graph.writer
        more = (n for n, t in enumerate(read.tensors) if self._keep_all and t in written)
        return tuple(dict.fromkeys([*self.graph.outputs, *more]))

    def invoke(self) -> None:
        """Run once, from the inputs' memory into that of the outputs."""
        if not self._ready or self._session is None:
            raise RuntimeError(NOT_READY)
        try:
            results = self._session.run([self._memory[number] for number in self.graph.inputs])
        except NpucoreError as error:
            raise RuntimeError(str(error)) from error
        found = dict(zip(self._session.outputs, results, strict=True))
        for number in self._kept:
            np.copyto(self._memory[number], found[self._tensor(number)])

    def _tensor(self, number: int) -> Any:
        return self._read.tensors[number] if self._read else None

    def set(self, number: int, value: object) -> None:
        """Copy *value* into a tensor."""
        tensor, array = self.graph.tensors[number], np.asarray(value)
        if tensor.dtype is None or array.dtype != tensor.dtype:
            wanted = tensor.type if tensor.dtype is None else spoken(tensor.dtype)
            raise ValueError(
                f"Cannot set tensor: Got value of type {spoken(array.dtype)} but expected type "
                f"{wanted} for input {number}, name: {tensor.name} "
            )
        shape = self.shape(number)
        if array.ndim != len(shape):
            got = f"Got {array.ndim} but expected {len(shape)}"
            raise ValueError(f"Cannot set tensor: Dimension mismatch. {got} for input {number}.")
        for axis, (got_size, size) in enumerate(zip(array.shape, shape, strict=True)):
            if got_size != size:
                raise ValueError(
                    f"Cannot set tensor: Dimension mismatch. Got {got_size} but expected {size} "
                    f"for dimension {axis} of input {number}."
                )
        np.copyto(self._writable(number), array)

    def _writable(self, number: int) -> Array:
        if number in self._memory and number not in self._stale:
            return self._memory[number]
        if self._constant(number) is not None:
            raise ValueError(f"Cannot set tensor: {number} is a constant, which is compiled in")
        if self._session is None or number in self.graph.inputs:
            raise ValueError(UNALLOCATED)
        raise ValueError(f"Cannot set tensor: {number} is computed, and {NOT_KEPT}")

    def view(self, number: int) -> Array:
        """The memory of a tensor itself; what the file holds cannot be written to."""
        if number in self._memory and number not in self._stale:
            return self._memory[number].view()
        if (constant := self._constant(number)) is not None:
            return constant
        if self._session is None or number in self.graph.inputs:
            raise ValueError(NO_DATA)
        raise ValueError(f"Tensor data is null. Tensor {number}: {NOT_KEPT}")

    def _constant(self, number: int) -> Array | None:
        try:
            return self._file.constant(self._index, number)
        except NpucoreError as error:
            raise ValueError(f"Tensor data is null. {error}") from error

    def shape(self, number: int) -> Shape:
        """The present shape of a tensor."""
        if number in self._shapes:
            return self._shapes[number]
        tensor = self._tensor(number)
        return self.graph.tensors[number].shape if tensor is None else tuple(tensor.shape)

    def details(self, number: int) -> dict[str, Any]:
        """A tensor as LiteRT describes it."""
        return tensor_details(self.graph.tensors[number], number, self.shape(number))

    def reset(self) -> None:
        """Forget what earlier runs have left behind."""
        if self._session is not None:
            self._session.reset()

    def close(self) -> None:
        """Release what the backends hold."""
        if self._session is not None:
            self._session.close()
            self._session, self._ready = None, False
