# SPDX-License-Identifier: MIT
"""Graphs whose ops say which nodes of a file they come from: `Traces`.

A face for a runtime that hands over nodes has to say which of them are run here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from npucore.graph import Graph
from npucore.ops import Op


@dataclass(frozen=True, slots=True, eq=False)
class Traced:
    """A file that was read as far as that is possible.

    Parameters
    ----------
    graph
        The graph; None if any node cannot be read.
    nodes
        Op -> the places of the nodes in the file whose work it does; nothing for ops that only the
        graph's ends need. A node whose work nothing has to do, as that of a constant, is of no op.
    refusals
        Place of a node that cannot be read -> why.
    """

    graph: Graph | None
    nodes: Mapping[Op, frozenset[int]]
    refusals: Mapping[int, str]


@runtime_checkable
class Traces(Protocol):
    """The ability of a `Frontend` to say what has become of each node."""

    def traced(self, data: bytes, source: str) -> Traced:
        """Read the content of a file whose values all have shapes.

        Raises what `Frontend.read_bytes` raises for what is wrong with no single node.
        """
        ...
