# SPDX-License-Identifier: MIT
"""From bytes to floats."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import SHAPES, by
from npucore.conformance.maker import BYTES, Maker
from npucore.ops import Dequantize, Op
from npucore.tensor import Shape


def cases() -> Iterator[Case]:
    """Both kinds of bytes."""
    for dtype, (number, shape) in product(BYTES, enumerate(SHAPES)):
        make = partial(_make, shape=shape, dtype=dtype)
        yield Case("dequantize", f"{by(shape)}-{dtype}", make, "map", essential=number == 0)


def _make(m: Maker, shape: Shape, dtype: str) -> Op:
    return Dequantize(input=m.input(shape, dtype), output=m.tensor(shape, "float32"))
