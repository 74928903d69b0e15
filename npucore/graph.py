# SPDX-License-Identifier: MIT
"""A neural network as a list of operations."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from npucore.errors import InvalidModelError
from npucore.metadata import Metadata
from npucore.ops import Op
from npucore.quantize import Rounding
from npucore.tensor import Array, Tensor

T = TypeVar("T")


class Network(Protocol):
    """What can be known of a network that runs: of a compiled one, not every op."""

    @property
    def name(self) -> str:
        """Its name in reports."""
        ...

    @property
    def ops(self) -> Sequence[Op]:
        """Operations in an order in which they can run."""
        ...

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """The inputs, which the caller gives."""
        ...

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        """The outputs, which the caller gets."""
        ...

    @property
    def metadata(self) -> Metadata:
        """Metadata of the model's file."""
        ...


MOST_ROWS = 200  # of a table in a notebook


def _end(tensor: Tensor) -> str:
    return f"{tensor.name} {tensor.dtype}{tensor.shape}"


def html_table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table for notebooks; whatever the texts hold is text.

    >>> html_table("<x>", ["a"], [["&"]])
    '<p>&lt;x&gt;</p><table><tr><th>a</th></tr><tr><td>&amp;</td></tr></table>'
    """
    from html import escape

    def row(cells: Sequence[str], tag: str) -> str:
        return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"

    lines = [row(columns, "th"), *(row(cells, "td") for cells in rows[:MOST_ROWS])]
    more = f"<p>and {len(rows) - MOST_ROWS} more</p>" if len(rows) > MOST_ROWS else ""
    return f"<p>{escape(caption)}</p><table>{''.join(lines)}</table>{more}"


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A value that a network keeps from one run to the next.

    A run reads *before* and computes *after*, which is the next run's *before*; the first run reads
    *first*, an array of the same shape and dtype.
    """

    before: Tensor
    after: Tensor
    first: Array

    def __post_init__(self) -> None:
        ends = [(tensor.shape, tensor.dtype) for tensor in (self.before, self.after)]
        if ends[0] != ends[1] or ends[0] != (self.first.shape, self.first.dtype):
            raise InvalidModelError(
                f"{self.before.name} keeps {ends[0]}, but the next is {ends[1]} "
                f"and the first {(self.first.shape, self.first.dtype)}"
            )


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Graph:
    """Operations in an order in which they can run, and the graph's own inputs and outputs.

    *rounding* is the rule by which the model's format turns accumulators into stored integers;
    the frontend sets it. *name* is what reports call the network, *states* is what it keeps from
    run to run, *metadata* what its file says about itself, and *notes* are sentences for the user
    about how it was read.

    Raises `InvalidModelError` for an op that reads what no op has written, and for a tensor that
    is written twice.
    """

    ops: tuple[Op, ...]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    rounding: Rounding = Rounding.TFLITE
    name: str = ""
    metadata: Metadata = field(default_factory=Metadata, repr=False)
    states: tuple[State, ...] = ()
    notes: tuple[str, ...] = ()
    writer: Mapping[Tensor, Op] = field(init=False, repr=False)
    """Every computed tensor -> the op that writes it."""
    readers: Mapping[Tensor, Sequence[Op]] = field(init=False, repr=False)
    """Every tensor that ops read -> those ops, in order, each once."""

    _known: dict[object, Any] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_known", {})
        readers: dict[Tensor, list[Op]] = {}
        for op in self.ops:
            for tensor in dict.fromkeys(op.inputs):
                readers.setdefault(tensor, []).append(op)
        object.__setattr__(self, "writer", {t: op for op in self.ops for t in op.outputs})
        object.__setattr__(self, "readers", readers)
        self._check()

    def __repr__(self) -> str:
        ends = " -> ".join(", ".join(map(_end, each)) for each in (self.inputs, self.outputs))
        return f"Graph({self.name!r}, {len(self.ops)} ops, {ends})"

    def _repr_html_(self) -> str:
        """A table of the ops, for notebooks."""
        rows = [(op.name, op.label, ", ".join(map(_end, op.outputs))) for op in self.ops]
        return html_table(repr(self), ("op", "name", "output"), rows)

    def _check(self) -> None:
        written = {*self.inputs, *(state.before for state in self.states)}
        for op in self.ops:
            for tensor in op.inputs:
                self._check_written(tensor, written, f"{op.name} -> {op.label} reads")
            for tensor in op.outputs:
                if tensor in written or tensor.is_constant:
                    raise InvalidModelError(f"{op.name} -> {op.label}: {tensor.name} is taken")
                written.add(tensor)
        for tensor in self.outputs:
            self._check_written(tensor, written, "the graph returns")
        for state in self.states:
            self._check_written(state.after, written, "the graph keeps")

    @staticmethod
    def _check_written(tensor: Tensor, written: set[Tensor], who: str) -> None:
        if not tensor.is_constant and tensor not in written:
            raise InvalidModelError(f"{who} {tensor.name} before anything has written it")

    def once(self, work: Callable[..., T], *arguments: Hashable) -> T:
        """``work(self, *arguments)``, worked out when it is first asked for, and not to be changed.

        For what a backend wants to know of the whole graph whenever it looks at one op.
        """
        if (key := (work, *arguments)) not in self._known:
            self._known[key] = work(self, *arguments)
        found: T = self._known[key]
        return found

    def with_rounding(self, rounding: Rounding) -> Graph:
        """The same graph under another rounding rule."""
        return dataclasses.replace(self, rounding=rounding)

    def subgraph(self, ops: tuple[Op, ...]) -> Graph:
        """Some of the ops as a graph of their own, with the tensors that cross its border.

        Inputs stand in the order of their first use, outputs in that in which they are written.
        """
        mine = {tensor for op in ops for tensor in op.outputs}
        chosen = set(ops)
        elsewhere = {t for op in self.ops if op not in chosen for t in op.inputs}
        elsewhere.update(self.outputs)
        elsewhere.update(state.after for state in self.states)
        inputs = (t for op in ops for t in op.inputs if not t.is_constant and t not in mine)
        outputs = (t for op in ops for t in op.outputs if t in elsewhere)
        return Graph(ops, tuple(dict.fromkeys(inputs)), tuple(outputs), self.rounding, self.name)
