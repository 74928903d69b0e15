# SPDX-License-Identifier: MIT
"""Tensors, operators and graphs from which a .tflite file is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from npucore.tensor import Array, Shape


@dataclass(frozen=True, eq=False)
class TensorSpec:
    """A tensor to be written; several *scale* are per channel along *axis*."""

    shape: Shape
    dtype: npt.DTypeLike = np.float32
    scale: npt.ArrayLike | None = None
    zero_point: int = 0
    axis: int = 0
    data: Array | None = None
    name: str = ""
    variable: bool = False
    open_shape: Shape = ()


@dataclass(frozen=True, eq=False)
class OperatorSpec:
    """An operator to be written; a name that the schema does not have is a custom operator's.

    None stands for an operand that is left out. *options* have the names of the schema's fields.
    """

    name: str
    operands: Sequence[TensorSpec | None]
    results: Sequence[TensorSpec]
    options: Mapping[str, Any] = field(default_factory=dict)
    custom_options: bytes = b""
    version: int = 0  # of the operator, 0 for the one in VERSIONS


@dataclass(frozen=True, eq=False)
class GraphSpec:
    """A subgraph to be written."""

    operators: Sequence[OperatorSpec]
    inputs: Sequence[TensorSpec]
    outputs: Sequence[TensorSpec]
