# SPDX-License-Identifier: MIT
"""The error function."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import SHAPES, by, every_byte_of
from npucore.conformance.maker import Maker
from npucore.ops import Erf, Op
from npucore.tensor import Shape

QUANTITIES = (((0.02, 3), (1 / 128, 0)), ((0.05, -20), (0.01, 5)))  # of the input and the output


def cases() -> Iterator[Case]:
    """Floats, and every byte."""
    for number, shape in enumerate(SHAPES):
        make = partial(_make, shape=shape)
        yield Case("erf", f"{by(shape)}-float32", make, "map", essential=number == 0)
    yield from every_byte_of(Erf, QUANTITIES)


def _make(m: Maker, shape: Shape) -> Op:
    values = m.draw(shape, "float32")
    return Erf(input=m.input(shape, "float32", values=values), output=m.tensor(shape, "float32"))
