# SPDX-License-Identifier: MIT
"""Reductions over axes."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import Op, Reduce, Reduction


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    yield Case("reduce", "1x6x5x8-min-float32", _first, "map", essential=True)
    yield Case("reduce", "1x6x5x8-logsumexp-float32", _second, "rank 3")


def _first(m: Maker) -> Op:
    x = m.input((1, 6, 5, 8), "float32")
    return Reduce(input=x, output=m.like(x, (1, 8)), function=Reduction.MIN, axes=(1, 2))


def _second(m: Maker) -> Op:
    x = m.input((1, 6, 5, 8), "float32")
    return Reduce(input=x, output=m.like(x, (1, 8)), function=Reduction.LOG_SUM_EXP, axes=(1, 2))
