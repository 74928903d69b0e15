# SPDX-License-Identifier: MIT
"""A graph run again and again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.graph import Graph
from npucore.ops import Add, Less, Loop, Op, ReduceSum
from npucore.quantize import Rounding
from npucore.tensor import Tensor


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    yield Case("loop", "4x5-few-float32", _first, "map", essential=True)
    yield Case("loop", "4x5-many-float32", _second, "rank 3")


def _first(m: Maker) -> Op:
    return _made(m, 40.0)


def _second(m: Maker) -> Op:
    return _made(m, 4000.0)


def _made(m: Maker, limit: float) -> Op:
    """Doubled as long as the sum is below *limit*."""
    x = m.input((4, 5), "float32", values=np.abs(m.draw((4, 5), "float32")))
    return Loop(carried=(x,), results=(m.like(x),), condition=_condition(limit), body=_body())


def _condition(limit: float) -> Graph:
    x, total = Tensor("x", (4, 5), REAL), Tensor("total", (), REAL)
    bound = Tensor("limit", (), REAL, None, np.array(limit, REAL))
    going = Tensor("going", (), np.dtype(np.bool_))
    ops = (ReduceSum(input=x, output=total, axes=(0, 1)), Less(a=total, b=bound, output=going))
    return Graph(ops, (x,), (going,), Rounding.EXACT)


def _body() -> Graph:
    x, y = Tensor("x", (4, 5), REAL), Tensor("y", (4, 5), REAL)
    return Graph((Add(a=x, b=x, output=y),), (x,), (y,), Rounding.EXACT)


REAL = np.dtype(np.float32)
