# SPDX-License-Identifier: MIT
"""Powers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import SHAPES, by
from npucore.conformance.maker import Maker
from npucore.ops import Op, Power
from npucore.tensor import Shape


def cases() -> Iterator[Case]:
    """Of positive floats."""
    for number, shape in enumerate(SHAPES):
        make = partial(_make, shape=shape)
        yield Case("power", f"{by(shape)}-float32", make, "map", essential=number == 0)


def _make(m: Maker, shape: Shape) -> Op:
    a = m.input(shape, "float32", values=np.abs(m.draw(shape, "float32")) + 0.01, name="a")
    b = m.input(shape, "float32", name="b")
    return Power(a=a, b=b, output=m.tensor(shape, "float32"))
