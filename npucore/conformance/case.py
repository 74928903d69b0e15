# SPDX-License-Identifier: MIT
"""A case: a small graph with inputs, made when it is needed."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

from npucore.conformance.maker import Maker, Problem
from npucore.ops import Op

QUICK_SHARE = 5  # one case in so many is in the quick suite, beside the first of every op and dtype


@dataclass(frozen=True, slots=True)
class Case:
    """One problem for a backend.

    Parameters
    ----------
    op
        Name of the op that it is about; ``graph`` for graphs of several.
    name
        What is special about it, typable, unique among the cases of *op*; it seeds the data.
    make
        Builds the op, or the whole problem.
    shape
        Class of shapes for the report's map of errors.
    """

    op: str
    name: str
    make: Callable[[Maker], Op | Problem]
    shape: str = ""
    essential: bool = False

    @property
    def id(self) -> str:
        """Name of the case in reports, gaps and on the command line."""
        return f"{self.op}-{self.name}"

    @property
    def quick(self) -> bool:
        """Whether the quick suite runs it."""
        return self.essential or zlib.crc32(self.id.encode()) % QUICK_SHARE == 0

    def build(self) -> Problem:
        """The graph and its inputs: the same on every machine, a new object every time."""
        maker = Maker(self.id)
        made = self.make(maker)
        return made if isinstance(made, Problem) else maker.problem(made)
