# SPDX-License-Identifier: MIT
"""The logarithm of softmax."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import LogSoftmax, Op


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    yield Case("log_softmax", "4x9-float32", _first, "map", essential=True)
    yield Case("log_softmax", "2x3x40-float32", _second, "rank 3")


def _first(m: Maker) -> Op:
    x = m.input((4, 9), "float32")
    return LogSoftmax(input=x, output=m.like(x))


def _second(m: Maker) -> Op:
    x = m.input((2, 3, 40), "float32")
    return LogSoftmax(input=x, output=m.like(x))
