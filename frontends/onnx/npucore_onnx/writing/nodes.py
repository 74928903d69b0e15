# SPDX-License-Identifier: MIT
"""Nodes and constants of a model to be written, and the names of the values between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from npucore.tensor import Array


@dataclass(frozen=True, slots=True, eq=False)
class NodeSpec:
    """A node to be written; an operand that is left out has the name ``""``."""

    operator: str
    operands: Sequence[str]
    results: Sequence[str]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    domain: str = ""


class Nodes:
    """The nodes so far, the constants that they read, and which names are taken."""

    def __init__(self) -> None:
        self.made: list[NodeSpec] = []
        self.constants: dict[str, Array] = {}
        self._names: set[str] = {""}
        self._numbers: dict[tuple[str, bytes], str] = {}

    def name(self, wish: str) -> str:
        """A name that nothing has yet."""
        wish, number = wish or "value", 1
        name = wish
        while name in self._names:
            name, number = f"{wish}_{number}", number + 1
        self._names.add(name)
        return name

    def add(
        self, operator: str, operands: Sequence[str], wish: str | Sequence[str], **attributes: Any
    ) -> str:
        """A node with one result, whose name is *wish* if that is free; or with those results."""
        results = [self.name(wish)] if isinstance(wish, str) else wish
        self.made.append(NodeSpec(operator, operands, results, attributes))
        return results[0]

    def constant(self, data: Array, wish: str) -> str:
        """Data of its own, which is written as it is then."""
        name = self.name(wish)
        self.constants[name] = data
        return name

    def numbers(self, values: npt.ArrayLike, dtype: npt.DTypeLike = np.int64) -> str:
        """A few numbers; the same ones are one constant."""
        data = np.asarray(values, dtype)
        key = (f"{data.dtype}{data.shape}", data.tobytes())
        if key not in self._numbers:
            self._numbers[key] = self.constant(data, "numbers")
        return self._numbers[key]
