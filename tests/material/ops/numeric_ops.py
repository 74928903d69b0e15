# SPDX-License-Identifier: MIT
"""Ops of plain numbers: one of each, and how each refuses its operands."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from npucore import ops
from npucore.ops import Op
from npucore.tensor import Tensor
from tests.material.ops.refused_ops import PAIR, Case, t

BOOL = Tensor("c", (2, 3), np.dtype(np.bool_))
INDICES = Tensor("i", (4,), np.dtype(np.int64))
UNARY = (ops.Erf, ops.Exp, ops.Floor, ops.Log, ops.Round)
BINARY = (ops.Equal, ops.Less, ops.Power)
REDUCTIONS = (ops.ReduceMax, ops.ReduceSum)
SELECT = {"condition": BOOL, "a": t(2, 3), "b": t(2, 3), "output": t(2, 3)}


def numeric_ops() -> Iterator[Op]:
    """One of every class."""
    yield from (kind(input=t(2, 3), output=t(2, 3)) for kind in UNARY)
    yield from (kind(a=t(2, 3), b=t(2, 3), output=t(2, 3)) for kind in (*BINARY, ops.Subtract))
    yield from (kind(input=t(2, 3), output=t(2), axes=(1,)) for kind in REDUCTIONS)
    yield ops.Gather(input=t(2, 3), indices=INDICES, output=t(2, 4), axis=1)
    yield ops.Select(condition=BOOL, a=t(2, 3), b=t(2, 3), output=t(2, 3))


REFUSED_NUMBERS: list[Case] = [
    *((kind, {"input": t(2), "output": t(3)}, r"but the model says") for kind in UNARY),
    *((kind, PAIR | {"b": t(3)}, r"wanted one shape") for kind in BINARY),
    *(
        (kind, {"input": t(2, 3), "output": t(2), "axes": (1, -1)}, r"axes \(1, -1\) repeat")
        for kind in REDUCTIONS
    ),
    (ops.Gather, {"input": t(2), "indices": INDICES, "output": t(4), "axis": 1}, r"axis 1 of"),
    (ops.Select, SELECT | {"a": t(3)}, r"wanted one shape"),
]
