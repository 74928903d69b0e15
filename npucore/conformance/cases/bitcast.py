# SPDX-License-Identifier: MIT
"""The same bytes."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import Bitcast, Op


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    yield Case("bitcast", "2x4-int32-float32", _first, "map", essential=True)
    yield Case("bitcast", "2x4-half-float32", _second, "rank 3")


def _first(m: Maker) -> Op:
    x = m.input((2, 4), "float32")
    return Bitcast(input=x, output=m.tensor((2, 4), "int32"))


def _second(m: Maker) -> Op:
    x = m.input((2, 4), "float32")
    return Bitcast(input=x, output=m.tensor((2, 4, 2), "int16"))
