# SPDX-License-Identifier: MIT
"""One of two, by a condition."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import SHAPES, by
from npucore.conformance.maker import Maker
from npucore.ops import Op, Select
from npucore.tensor import Shape

DTYPES = ("int8", "uint8", "float32", "int32")


def cases() -> Iterator[Case]:
    """Maps of all dtypes."""
    for dtype, (number, shape) in product(DTYPES, enumerate(SHAPES)):
        make = partial(_make, shape=shape, dtype=dtype)
        yield Case("select", f"{by(shape)}-{dtype}", make, "map", essential=number == 0)


def _make(m: Maker, shape: Shape, dtype: str) -> Op:
    condition = m.input(shape, "bool", name="condition")
    a, b = m.input(shape, dtype, name="a"), m.input(shape, dtype, name="b")
    return Select(condition=condition, a=a, b=b, output=m.like(a))
