# SPDX-License-Identifier: MIT
"""Ops of sequences, of scattered elements, of control flow: one of each, and how each refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from npucore import ops
from npucore.graph import Graph
from npucore.ops import Op
from npucore.ops.complex_part import Part
from npucore.quantize import Rounding
from npucore.tensor import Tensor
from tests.material.ops.refused_ops import PAIR, Case, t

INTS = np.dtype(np.int64)
PLACES = Tensor("i", (2, 3), INTS)
ROWS = Tensor("r", (2, 1), INTS)
LENGTHS = Tensor("l", (2,), INTS)
UNARY: tuple[tuple[type[Op], dict[str, Any]], ...] = (
    (ops.Pointwise, {"function": ops.PointwiseFunction.SIN}),
    (ops.Normalize, {"axes": (1,)}),
    (ops.LogSoftmax, {}),
    (ops.L2Normalize, {}),
    (ops.Cumulative, {"axis": 1}),
    (ops.Reverse, {"axes": (1,)}),
    (ops.LocalResponse, {"before": 1, "after": 1, "bias": 1.0, "alpha": 1.0, "beta": 0.5}),
    (ops.ComplexPart, {"part": Part.REAL}),
    (ops.Bitcast, {}),
)
TOP: dict[str, Any] = {
    "input": t(2, 5), "results": (t(2, 3), Tensor("p", (2, 3), INTS)), "count": 3,
}  # fmt: skip
SCATTER = {"input": t(4, 3), "indices": ROWS, "updates": t(2, 3), "output": t(4, 3)}
ELEMENTS = {"input": t(4, 3), "indices": PLACES, "output": t(2, 3), "axis": 0}
HOT = {"indices": LENGTHS, "on": t(1), "off": t(1), "output": t(2, 5), "depth": 5, "axis": 1}
SUM: dict[str, Any] = {
    "operands": (t(2, 3), t(3, 4)), "output": t(2, 4), "names": ((0, 1), (1, 2)), "axes": (0, 2),
}  # fmt: skip
GRID = {"input": t(1, 3, 4, 5), "grid": t(1, 2, 2, 2), "output": t(1, 3, 2, 2)}
STEPS = {"input": t(5, 2, 3)}
LSTM = STEPS | {
    "weights": t(16, 3), "recurrent": t(16, 4), "results": (t(5, 2, 4), t(2, 4), t(2, 4)),
}  # fmt: skip
GRU = STEPS | {"weights": t(12, 3), "recurrent": t(12, 4), "results": (t(5, 2, 4), t(2, 4))}
RNN = STEPS | {"weights": t(4, 3), "recurrent": t(4, 4), "results": (t(5, 2, 4), t(2, 4))}
CUBE: dict[str, Any] = {
    "input": t(1, 3, 3, 3, 2), "weights": t(2, 2, 2, 2, 4), "output": t(1, 2, 2, 2, 4),
    "size": (2, 2, 2),
}  # fmt: skip
BOXES: dict[str, Any] = {
    "boxes": t(5, 4), "scores": t(5), "results": (t(3), t(3), t()),
    "most": 3, "overlap": 0.5, "threshold": 0.1,
}  # fmt: skip
FOURIER = {"input": t(4, 8), "output": t(4, 5), "size": (4, 8)}
X, Y = t(2, 3), t(2, 3)
BODY = Graph((ops.Exp(input=X, output=Y),), (X,), (Y,), Rounding.EXACT)
BRANCH: dict[str, Any] = {
    "condition": Tensor("c", (), np.dtype(np.bool_)), "operands": (t(2, 3),),
    "results": (t(2, 3),), "then": BODY, "other": BODY,
}  # fmt: skip
LOOP: dict[str, Any] = {
    "carried": (t(2, 3),), "results": (t(2, 3),), "condition": BODY, "body": BODY,
}  # fmt: skip


def newer_ops() -> Iterator[Op]:
    """One of every class that can be stored."""
    for kind, fields in UNARY:
        yield kind(**{"input": t(2, 3), "output": t(2, 3), **fields})
    yield ops.Pairwise(**PAIR, function=ops.PairwiseFunction.ATAN2)
    yield ops.Reduce(input=t(2, 3), output=t(2), axes=(1,), function=ops.Reduction.MIN)
    several: tuple[tuple[type[Op], dict[str, Any]], ...] = (
        (ops.TopK, TOP), (ops.Scatter, SCATTER), (ops.GatherElements, ELEMENTS), (ops.OneHot, HOT),
        (ops.Einsum, SUM), (ops.GridSample, GRID), (ops.Lstm, LSTM), (ops.Gru, GRU),
        (ops.Rnn, RNN), (ops.Convolution3d, CUBE), (ops.NonMaxSuppression, BOXES),
        (ops.Fourier, FOURIER),
    )  # fmt: skip
    for kind, fields in several:
        yield kind(**fields)


REFUSED_NEWER: list[Case] = [
    *((k, {"input": t(2, 3), "output": t(4), **f}, r"but the model says") for k, f in UNARY),
    (ops.Pairwise, PAIR | {"b": t(3), "function": ops.PairwiseFunction.ATAN2}, r"wanted one shape"),
    (
        ops.Reduce,
        {"input": t(2, 3), "output": t(2), "axes": (1, -1), "function": ops.Reduction.MIN},
        r"axes \(1, -1\) repeat",
    ),
    (ops.TopK, TOP | {"count": 6}, r"6 of 5"),
    (ops.Scatter, SCATTER | {"updates": t(2, 4)}, r"updates of \(2, 4\), wanted \(2, 3\)"),
    (ops.GatherElements, ELEMENTS | {"input": t(4, 2)}, r"indices of \(2, 3\) into \(4, 2\)"),
    (ops.OneHot, HOT | {"axis": 2}, r"axis 2 of 2"),
    (ops.Einsum, SUM | {"names": ((0,), (1, 2))}, r"for \(2, 3\)"),
    (ops.GridSample, GRID | {"grid": t(1, 2, 2, 3)}, r"a grid of"),
    (ops.Lstm, LSTM | {"weights": t(16, 4)}, r"weights of \(16, 4\) for 3"),
    (ops.Gru, GRU | {"bias": t(4)}, r"has \(4,\), wanted \(12,\)"),
    (ops.Rnn, RNN | {"first_output": t(1, 4)}, r"a state that is not \(2, 4\)"),
    (ops.Convolution3d, CUBE | {"weights": t(2, 2, 2, 3, 4)}, r"for 2 channels"),
    (ops.NonMaxSuppression, BOXES | {"boxes": t(5, 3)}, r"boxes of \(5, 3\)"),
    (ops.Fourier, FOURIER | {"input": t(4)}, r"a size of"),
    (ops.Branch, BRANCH | {"condition": t(3)}, r"a condition of \(3,\)"),
    (ops.Loop, LOOP, r"a condition that is not one number"),
    (
        ops.Foreign,
        {"operands": (), "results": (), "operator": "UNIQUE", "reason": "no"},
        r"an op without a result",
    ),
]
