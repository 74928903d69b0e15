# SPDX-License-Identifier: MIT
"""Functions of two numbers."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import Op, Pairwise, PairwiseFunction


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    yield Case("pairwise", "1x6x5x8-squared-float32", _first, "map", essential=True)
    yield Case("pairwise", "1x6x5x8-angle-float32", _second, "rank 3")


def _first(m: Maker) -> Op:
    a, b = m.input((1, 6, 5, 8), "float32", name="a"), m.input((1, 6, 5, 8), "float32", name="b")
    return Pairwise(a=a, b=b, output=m.like(a), function=PairwiseFunction.SQUARED_DIFFERENCE)


def _second(m: Maker) -> Op:
    a, b = m.input((1, 6, 5, 8), "float32", name="a"), m.input((1, 6, 5, 8), "float32", name="b")
    return Pairwise(a=a, b=b, output=m.like(a), function=PairwiseFunction.ATAN2)
