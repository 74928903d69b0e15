# SPDX-License-Identifier: MIT
"""Running sums and products."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import Cumulative, Op


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    yield Case("cumulative", "4x9-sum-float32", _first, "map", essential=True)
    yield Case("cumulative", "2x3x8-turned-float32", _second, "rank 3")


def _first(m: Maker) -> Op:
    x = m.input((4, 9), "float32")
    return Cumulative(input=x, output=m.like(x), axis=1)


def _second(m: Maker) -> Op:
    x = m.input((2, 3, 8), "float32")
    return Cumulative(input=x, output=m.like(x), axis=1, reverse=True, exclusive=True)
