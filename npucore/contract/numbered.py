# SPDX-License-Identifier: MIT
"""Files whose tensors and operators have numbers, and what becomes of each: `Numbers`.

Programs that were written for another runtime speak of tensors by these numbers; a face for such
programs translates them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np

from npucore.graph import Graph
from npucore.ops import Op
from npucore.tensor import Array, Shape, Tensor


@dataclass(frozen=True, slots=True, eq=False)
class FileTensor:
    """A tensor as a file declares it.

    Parameters
    ----------
    open_shape
        -1 for sizes that the file leaves open; empty if it leaves none open.
    type
        What the format calls the type of its elements.
    dtype
        The same in numpy; None for a type without a counterpart.
    scales, zero_points
        float32 and int64, shape ``(n,)``: n is 0 without a quantization, 1 per tensor.
    axis
        The quantized axis of several scales.
    """

    name: str
    shape: Shape
    open_shape: Shape
    type: str
    dtype: np.dtype[Any] | None
    scales: Array
    zero_points: Array
    axis: int


@dataclass(frozen=True, slots=True)
class FileOperator:
    """An operator as a file declares it: the numbers of its tensors, -1 for one left out."""

    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class FileGraph:
    """A graph of a file. Tensors and operators have their places as numbers."""

    tensors: Sequence[FileTensor]
    operators: Sequence[FileOperator]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FileSignature:
    """A way into a file: names of inputs and outputs -> tensors of one of its graphs."""

    name: str
    graph: int
    inputs: Mapping[str, int]
    outputs: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Numbered:
    """A graph that was read, and what the numbers of its file are in it.

    Parameters
    ----------
    tensors
        The graph's tensor for each number; None for one that nothing needed.
    ops
        The graph's ops for each operator; none for one that is folded or that nothing needed.
    """

    graph: Graph
    tensors: tuple[Tensor | None, ...]
    ops: tuple[tuple[Op, ...], ...]


class NumberedFile(Protocol):
    """A file that was looked into, but whose operators are not judged yet."""

    @property
    def graphs(self) -> Sequence[FileGraph]:
        """Its graphs; the main one is the first. Raises `InvalidModelError` for a damaged one."""
        ...

    @property
    def signatures(self) -> Sequence[FileSignature]:
        """The ways into it that have names."""
        ...

    def constant(self, graph: int, number: int) -> Array | None:
        """The array that the file holds for a tensor, not to be written to; None for none.

        Raises `InvalidModelError` for a damaged one, `UnsupportedError` for a type without a
        counterpart.
        """
        ...

    def read(
        self,
        graph: int = 0,
        shapes: Mapping[int, Shape] | None = None,
        *,
        unread: bool = False,
    ) -> Numbered:
        """Read one of its graphs, with *shapes* for inputs by number; the others have the file's.

        With *unread*, operators without a counterpart are kept as `npucore.ops.Foreign`. Raises
        what `Frontend.read` raises.
        """
        ...


@runtime_checkable
class Numbers(Protocol):
    """The ability of a `Frontend` whose files number their tensors and operators."""

    def numbered(self, data: bytes, source: str) -> NumberedFile:
        """Look into a file; *source* names it in messages. Raises `InvalidModelError`."""
        ...
