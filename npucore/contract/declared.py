# SPDX-License-Identifier: MIT
"""Inputs, outputs and metadata as a file declares them, before any operator is judged: `Declares`.

Programs that were written for another runtime ask for these; a face for such programs answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class DeclaredEnd:
    """An input or an output.

    Parameters
    ----------
    type
        What the format calls its type, as ``tensor(float)``.
    dtype
        The same in numpy; None for a type without a counterpart.
    shape
        Sizes; the names of those that the file leaves open, None for one without a name.
    """

    name: str
    type: str
    dtype: np.dtype[Any] | None
    shape: tuple[int | str | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Declared:
    """A file's ends and metadata. *overridable* are constants that are inputs as well."""

    inputs: tuple[DeclaredEnd, ...]
    outputs: tuple[DeclaredEnd, ...]
    overridable: tuple[DeclaredEnd, ...] = ()
    producer: str = ""
    graph: str = ""
    graph_description: str = ""
    domain: str = ""
    description: str = ""
    version: int | None = None
    metadata: Mapping[str, str] | None = None


@runtime_checkable
class Declares(Protocol):
    """The ability of a `Frontend` whose files say all this in ONNX's terms."""

    def declared(self, data: bytes, source: str) -> Declared:
        """Look into a file; *source* names it in messages. Raises `InvalidModelError`."""
        ...
