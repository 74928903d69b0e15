# SPDX-License-Identifier: MIT
"""The Fourier transform."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import Fourier, Op


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    yield Case("fourier", "4x8-float32", _first, "map", essential=True)
    yield Case("fourier", "2x4x8-cut-float32", _second, "rank 3")


def _first(m: Maker) -> Op:
    x = m.input((4, 8), "float32")
    return Fourier(input=x, output=m.tensor((4, 5), "complex64"), size=(4, 8))


def _second(m: Maker) -> Op:
    x = m.input((2, 4, 8), "float32")
    return Fourier(input=x, output=m.tensor((2, 2, 5), "complex64"), size=(2, 8))
