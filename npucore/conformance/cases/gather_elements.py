# SPDX-License-Identifier: MIT
"""Elements picked one by one."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import GatherElements, Op


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    yield Case("gather_elements", "4x9-float32", _first, "map", essential=True)
    yield Case("gather_elements", "2x3x8-back-float32", _second, "rank 3")


def _first(m: Maker) -> Op:
    x = m.input((4, 9), "float32")
    places = m.constant(m.rng.integers(0, 4, (3, 9)), "int32")
    return GatherElements(input=x, indices=places, output=m.like(x, (3, 9)), axis=0)


def _second(m: Maker) -> Op:
    x = m.input((2, 3, 8), "float32")
    places = m.constant(m.rng.integers(-8, 0, (2, 3, 5)), "int32")
    return GatherElements(input=x, indices=places, output=m.like(x, (2, 3, 5)), axis=2)
