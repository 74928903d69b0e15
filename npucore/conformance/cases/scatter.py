# SPDX-License-Identifier: MIT
"""Numbers put to places."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import Op, Scatter, ScatterMode


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    yield Case("scatter", "5x8-rows-float32", _first, "map", essential=True)
    yield Case("scatter", "5x8-added-float32", _second, "rank 3")


def _first(m: Maker) -> Op:
    x, updates = m.input((5, 8), "float32"), m.input((3, 8), "float32", name="updates")
    places = m.constant([[4], [0], [2]], "int32")
    return Scatter(input=x, indices=places, updates=updates, output=m.like(x))


def _second(m: Maker) -> Op:
    x, updates = m.input((5, 8), "float32"), m.input((3, 8), "float32", name="updates")
    places = m.constant([[4], [0], [2]], "int32")
    return Scatter(input=x, indices=places, updates=updates, output=m.like(x), mode=ScatterMode.ADD)
