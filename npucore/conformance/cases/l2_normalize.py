# SPDX-License-Identifier: MIT
"""Vectors of length 1."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import L2Normalize, Op


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    yield Case("l2_normalize", "4x9-float32", _first, "map", essential=True)
    yield Case("l2_normalize", "1x6x5x8-float32", _second, "rank 3")


def _first(m: Maker) -> Op:
    x = m.input((4, 9), "float32")
    return L2Normalize(input=x, output=m.like(x))


def _second(m: Maker) -> Op:
    x = m.input((1, 6, 5, 8), "float32")
    return L2Normalize(input=x, output=m.like(x))
