# SPDX-License-Identifier: MIT
"""Functions of single numbers."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import every_byte_of
from npucore.conformance.maker import Maker
from npucore.ops import Op, Pointwise, PointwiseFunction

QUANTITIES = (((0.03, 0), (1 / 128, 0)),)  # of the input and the output


def cases() -> Iterator[Case]:
    """Two cases of floats, and every byte."""
    yield Case("pointwise", "1x6x5x8-sin-float32", _first, "map", essential=True)
    yield Case("pointwise", "1x6x5x8-mish-float32", _second, "rank 3")
    yield from every_byte_of(Pointwise, QUANTITIES, function=PointwiseFunction.SIN)


def _first(m: Maker) -> Op:
    x = m.input((1, 6, 5, 8), "float32")
    return Pointwise(input=x, output=m.like(x), function=PointwiseFunction.SIN)


def _second(m: Maker) -> Op:
    x = m.input((1, 6, 5, 8), "float32")
    return Pointwise(input=x, output=m.like(x), function=PointwiseFunction.MISH)
