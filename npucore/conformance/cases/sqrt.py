# SPDX-License-Identifier: MIT
"""Square roots."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import SHAPES, by, every_byte_of
from npucore.conformance.maker import Maker
from npucore.ops import Op, Sqrt
from npucore.tensor import Shape

QUANTITIES = (
    ((0.02, -128), (0.01, -128)),
    ((0.5, -128), (0.05, -128)),
)  # of the input and the output


def cases() -> Iterator[Case]:
    """Positive floats."""
    for number, shape in enumerate(SHAPES):
        make = partial(_make, shape=shape)
        yield Case("sqrt", f"{by(shape)}-float32", make, "map", essential=number == 0)
    yield from every_byte_of(Sqrt, QUANTITIES, ("int8",))


def _make(m: Maker, shape: Shape) -> Op:
    values = np.abs(m.draw(shape, "float32")) + 0.01
    return Sqrt(input=m.input(shape, "float32", values=values), output=m.tensor(shape, "float32"))
