# SPDX-License-Identifier: MIT
"""An op of any class, as the conformance suite makes it."""

from __future__ import annotations

from npucore.conformance.cases import cases_of
from npucore.ops import Op


def an_op(name: str) -> Op:
    """The op that the first case about it is made of."""
    graph = next(iter(cases_of(name))).build().graph
    return next(op for op in graph.ops if op.name == name)
