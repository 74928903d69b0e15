# SPDX-License-Identifier: MIT
"""Reciprocal square roots."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import SHAPES, by
from npucore.conformance.maker import Maker
from npucore.ops import Op, Rsqrt
from npucore.tensor import Shape


def cases() -> Iterator[Case]:
    """Positive floats."""
    for number, shape in enumerate(SHAPES):
        make = partial(_make, shape=shape)
        yield Case("rsqrt", f"{by(shape)}-float32", make, "map", essential=number == 0)


def _make(m: Maker, shape: Shape) -> Op:
    values = np.abs(m.draw(shape, "float32")) + 0.01
    return Rsqrt(input=m.input(shape, "float32", values=values), output=m.tensor(shape, "float32"))
