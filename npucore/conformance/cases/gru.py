# SPDX-License-Identifier: MIT
"""Gated recurrent units."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import Gru, Op


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    yield Case("gru", "6x2x5-float32", _first, "map", essential=True)
    yield Case("gru", "3x2x5-backwards-float32", _second, "rank 3")


def _first(m: Maker) -> Op:
    x = m.input((6, 2, 5), "float32")
    weights, recurrent = m.weights((12, 5), "float32"), m.weights((12, 4), "float32")
    results = (m.tensor((6, 2, 4), "float32"), m.tensor((2, 4), "float32", name="state0"))
    return Gru(input=x, weights=weights, recurrent=recurrent, results=results)


def _second(m: Maker) -> Op:
    x = m.input((3, 2, 5), "float32")
    weights, recurrent = m.weights((12, 5), "float32"), m.weights((12, 4), "float32")
    results = (m.tensor((3, 2, 4), "float32"), m.tensor((2, 4), "float32", name="state0"))
    return Gru(input=x, weights=weights, recurrent=recurrent, results=results, backwards=True)
