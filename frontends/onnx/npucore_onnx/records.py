# SPDX-License-Identifier: MIT
"""A file as plain records: what is left of protobuf beyond `npucore_onnx.model`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from npucore.errors import InvalidModelError

Dimension = int | str
"""A size, or the name of one that the file leaves open."""


@dataclass(frozen=True, slots=True)
class Affine:
    """The names of a scale and a zero point (empty: 0), and the axis of several of them."""

    scale: str
    zero_point: str = ""
    axis: int = 1


@dataclass(frozen=True, slots=True)
class Operand:
    """A value that a node reads; *affine* says what its stored integers mean."""

    name: str  # empty if it is left out
    affine: Affine | None = None


ABSENT = Operand("")


@dataclass(frozen=True, slots=True, eq=False)
class NodeRecord:
    """A node; *affine* is the quantization of its results, if it computes stored integers."""

    index: int
    name: str
    domain: str  # "" is ONNX's own
    operator: str
    operands: tuple[Operand, ...]
    results: tuple[str, ...]  # empty for one that is left out
    attributes: Mapping[str, Any]
    opset: int  # of its domain
    affine: Affine | None = None
    proto: Any = field(default=None, repr=False)

    def integer(self, name: str, default: int) -> int:
        """An integer attribute. Raises `InvalidModelError` if it is anything else."""
        value = self.attributes.get(name, default)
        if not isinstance(value, int):
            raise InvalidModelError(f"{self.where}: the attribute {name} is {value!r}")
        return value

    def real(self, name: str, default: float) -> float:
        """A float attribute. Raises `InvalidModelError` if it is anything else."""
        value = self.attributes.get(name, default)
        if not isinstance(value, int | float):
            raise InvalidModelError(f"{self.where}: the attribute {name} is {value!r}")
        return float(value)

    @property
    def where(self) -> str:
        """Place, name and operator, for messages."""
        operator = f"{self.domain}.{self.operator}" if self.domain else self.operator
        return f"node {self.index} ({operator}{f' {self.name!r}' if self.name else ''})"


@dataclass(frozen=True, slots=True)
class EndRecord:
    """An input or output of the graph as the file declares it; shape None if it says nothing."""

    name: str
    dtype: np.dtype[Any]
    shape: tuple[Dimension, ...] | None


@dataclass(frozen=True, slots=True, eq=False)
class ModelRecord:
    """The main graph of a file."""

    nodes: tuple[NodeRecord, ...]
    inputs: tuple[EndRecord, ...]
    outputs: tuple[EndRecord, ...]
    constants: Mapping[str, Any]  # name -> TensorProto
    functions: Mapping[tuple[str, str], Any]  # domain and name -> FunctionProto
    opsets: Mapping[str, int]
