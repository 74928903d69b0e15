# SPDX-License-Identifier: MIT
"""Natural logarithms."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import SHAPES, by, every_byte_of
from npucore.conformance.maker import Maker
from npucore.ops import Log, Op
from npucore.tensor import Shape

QUANTITIES = (((0.02, -128), (0.02, 60)), ((0.5, -128), (0.05, -20)))  # of the input and the output


def cases() -> Iterator[Case]:
    """Floats, and every byte; LiteRT takes int8."""
    for number, shape in enumerate(SHAPES):
        make = partial(_make, shape=shape)
        yield Case("log", f"{by(shape)}-float32", make, "map", essential=number == 0)
    yield from every_byte_of(Log, QUANTITIES, ("int8",))


def _make(m: Maker, shape: Shape) -> Op:
    values = np.abs(m.draw(shape, "float32")) + 0.01
    return Log(input=m.input(shape, "float32", values=values), output=m.tensor(shape, "float32"))
