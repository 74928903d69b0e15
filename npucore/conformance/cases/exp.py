# SPDX-License-Identifier: MIT
"""Exponentials."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import SHAPES, by, every_byte_of
from npucore.conformance.maker import Maker
from npucore.ops import Exp, Op
from npucore.tensor import Shape

QUANTITIES = (
    ((0.03, 60), (0.03, -128)),
    ((0.01, -128), (0.1, -128)),
)  # of the input and the output


def cases() -> Iterator[Case]:
    """Floats, and every byte; LiteRT takes int8."""
    for number, shape in enumerate(SHAPES):
        make = partial(_make, shape=shape)
        yield Case("exp", f"{by(shape)}-float32", make, "map", essential=number == 0)
    yield from every_byte_of(Exp, QUANTITIES, ("int8",))


def _make(m: Maker, shape: Shape) -> Op:
    values = m.draw(shape, "float32")
    return Exp(input=m.input(shape, "float32", values=values), output=m.tensor(shape, "float32"))
