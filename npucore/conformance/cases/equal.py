# SPDX-License-Identifier: MIT
"""Whether two numbers are the same."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product

import numpy as np

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import SHAPES, by
from npucore.conformance.maker import Maker
from npucore.ops import Equal, Op
from npucore.tensor import Shape

DTYPES = ("int8", "uint8", "float32", "int32")


def cases() -> Iterator[Case]:
    """Maps of which about half the numbers are the same."""
    for dtype, (number, shape) in product(DTYPES, enumerate(SHAPES)):
        make = partial(_make, shape=shape, dtype=dtype)
        yield Case("equal", f"{by(shape)}-{dtype}", make, "map", essential=number == 0)


def _make(m: Maker, shape: Shape, dtype: str) -> Op:
    first = m.draw(shape, dtype)
    second = np.where(m.draw(shape, "bool"), first, m.draw(shape, dtype))
    a = m.input(shape, dtype, values=first, name="a")
    b = m.input(shape, dtype, values=second, name="b")
    return Equal(a=a, b=b, output=m.tensor(shape, "bool"))
