# SPDX-License-Identifier: MIT
"""One of two graphs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.graph import Graph
from npucore.ops import Branch, Op, Relu, Tanh
from npucore.quantize import Rounding
from npucore.tensor import Tensor


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    yield Case("branch", "4x5-then-float32", _first, "map", essential=True)
    yield Case("branch", "4x5-other-float32", _second, "rank 3")


def _first(m: Maker) -> Op:
    return _made(m, taken=True)


def _second(m: Maker) -> Op:
    return _made(m, taken=False)


def _made(m: Maker, *, taken: bool) -> Op:
    condition = m.input((1,), "bool", values=[taken], name="condition")
    x = m.input((4, 5), "float32")
    ends = (m.like(x),)
    return Branch(
        condition=condition, operands=(x,), results=ends, then=_body(Relu), other=_body(Tanh)
    )


def _body(kind: type[Relu | Tanh]) -> Graph:
    x, y = (Tensor(name, (4, 5), np.dtype(np.float32)) for name in ("x", "y"))
    made: Op = Tanh(input=x, output=y) if kind is Tanh else Relu(input=x, output=y)
    return Graph((made,), (x,), (y,), Rounding.EXACT)
