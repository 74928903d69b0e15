# SPDX-License-Identifier: MIT
"""Classes as vectors."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import OneHot, Op


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    yield Case("one_hot", "4x5-float32", _first, "map", essential=True)
    yield Case("one_hot", "5x4-first-float32", _second, "rank 3")


def _first(m: Maker) -> Op:
    places = m.input((4,), "int32", values=m.rng.integers(0, 5, 4))
    on, off = m.constant(1, "float32"), m.constant(0, "float32")
    return OneHot(
        indices=places, on=on, off=off, output=m.tensor((4, 5), "float32"), depth=5, axis=1
    )


def _second(m: Maker) -> Op:
    places = m.input((4,), "int32", values=m.rng.integers(0, 5, 4))
    on, off = m.constant(1, "float32"), m.constant(0, "float32")
    return OneHot(
        indices=places, on=on, off=off, output=m.tensor((5, 4), "float32"), depth=5, axis=0
    )
