# SPDX-License-Identifier: MIT
"""The nearest integer, halves to even."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import SHAPES, by, every_byte_of
from npucore.conformance.maker import Maker
from npucore.ops import Op, Round
from npucore.tensor import Shape

QUANTITIES = (((0.05, 3), (0.05, 3)), ((0.3, -20), (0.4, 0)))  # of the input and the output


def cases() -> Iterator[Case]:
    """Floats, and every byte."""
    for number, shape in enumerate(SHAPES):
        make = partial(_make, shape=shape)
        yield Case("round", f"{by(shape)}-float32", make, "map", essential=number == 0)
    yield from every_byte_of(Round, QUANTITIES)


def _make(m: Maker, shape: Shape) -> Op:
    values = np.round(m.draw(shape, "float32") * 10) / 2
    return Round(input=m.input(shape, "float32", values=values), output=m.tensor(shape, "float32"))
