# SPDX-License-Identifier: MIT
"""Local response normalization."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import LocalResponse, Op


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    yield Case("local_response", "1x6x5x8-float32", _first, "map", essential=True)
    yield Case("local_response", "4x9-float32", _second, "rank 3")


def _first(m: Maker) -> Op:
    x = m.input((1, 6, 5, 8), "float32")
    return LocalResponse(
        input=x, output=m.like(x), before=2, after=2, bias=1.0, alpha=0.5, beta=0.7
    )


def _second(m: Maker) -> Op:
    x = m.input((4, 9), "float32")
    return LocalResponse(
        input=x, output=m.like(x), before=0, after=1, bias=2.0, alpha=0.1, beta=0.5
    )
