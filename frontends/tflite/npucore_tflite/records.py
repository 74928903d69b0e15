# SPDX-License-Identifier: MIT
"""A file as plain records: what is left of flatbuffers beyond `npucore_tflite.flatbuffer`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from npucore.contract.numbered import FileSignature
from npucore.tensor import Array
from npucore_tflite.sparsity import Sparsity


@dataclass(frozen=True, slots=True, eq=False)
class TensorRecord:
    """A tensor as the file declares it."""

    name: str
    shape: tuple[int, ...]
    type: int  # tflite.TensorType
    scales: Array  # (n,) float32
    zero_points: Array  # (n,) int64
    axis: int
    sparsity: Sparsity | None
    data: Array | None  # bytes, uint8
    open_shape: tuple[int, ...] = ()  # -1 for a size that is open; empty if none is
    variable: bool = False  # whether it keeps its value from run to run


@dataclass(frozen=True, slots=True, eq=False)
class OperatorRecord:
    """An operator as the file declares it; operands that are left out are -1."""

    index: int
    name: str  # CONV_2D, or the name of a custom operator
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options_type: int  # tflite.BuiltinOptions
    options: Any  # a flatbuffers table, or None
    custom_options: bytes


@dataclass(frozen=True, slots=True, eq=False)
class GraphRecord:
    """A subgraph of a file."""

    name: str
    tensors: Sequence[TensorRecord]
    operators: tuple[OperatorRecord, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ModelRecord:
    """A file; subgraphs are read when they are needed."""

    graphs: int
    graph: Callable[[int], GraphRecord]
    signatures: tuple[FileSignature, ...]
    description: str = ""

    @property
    def tensors(self) -> Sequence[TensorRecord]:
        """Those of the main subgraph."""
        return self.graph(0).tensors
