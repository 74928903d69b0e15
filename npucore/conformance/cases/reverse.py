# SPDX-License-Identifier: MIT
"""Reversed axes."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import Op, Reverse


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    yield Case("reverse", "1x6x5x8-float32", _first, "map", essential=True)
    yield Case("reverse", "4x9-lengths-float32", _second, "rank 3")


def _first(m: Maker) -> Op:
    x = m.input((1, 6, 5, 8), "float32")
    return Reverse(input=x, output=m.like(x), axes=(1, 2))


def _second(m: Maker) -> Op:
    x = m.input((4, 9), "float32")
    lengths = m.constant([9, 0, 4, 1], "int32")
    return Reverse(input=x, lengths=lengths, output=m.like(x), axes=(1,))
