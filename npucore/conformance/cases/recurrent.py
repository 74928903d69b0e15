# SPDX-License-Identifier: MIT
"""Cases of ops that go through the steps of a sequence."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import Gru, Lstm, Op, Rnn

BATCH, FEATURES, CELLS = 2, 5, 4


def recurrent(kind: type[Gru | Lstm | Rnn], gates: int, states: int = 1) -> Iterator[Case]:
    """Two cases of floats, forwards and backwards, for an op of so many gates and states."""
    forwards = partial(_op, kind=kind, gates=gates, states=states, steps=6, backwards=False)
    backwards = partial(_op, kind=kind, gates=gates, states=states, steps=3, backwards=True)
    yield Case(kind.name, "6x2x5-float32", forwards, "map", essential=True)
    yield Case(kind.name, "3x2x5-backwards-float32", backwards, "rank 3")


def _op(
    m: Maker, kind: type[Gru | Lstm | Rnn], gates: int, states: int, steps: int, backwards: bool
) -> Op:
    x = m.input((steps, BATCH, FEATURES), "float32")
    weights = m.weights((gates * CELLS, FEATURES), "float32")
    recurrent_weights = m.weights((gates * CELLS, CELLS), "float32")
    out = m.tensor((steps, BATCH, CELLS), "float32")
    last = [m.tensor((BATCH, CELLS), "float32", name=f"state{n}") for n in range(states)]
    return kind(
        input=x,
        weights=weights,
        recurrent=recurrent_weights,
        results=(out, *last),  # type: ignore[arg-type]  # as many as the kind has
        backwards=backwards,
    )
