# SPDX-License-Identifier: MIT
"""Parts of complex numbers."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import ComplexPart, Op
from npucore.ops.complex_part import Part


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    yield Case("complex_part", "4x5-real-float32", _first, "map", essential=True)
    yield Case("complex_part", "4x5-absolute-float32", _second, "rank 3")


def _first(m: Maker) -> Op:
    real, imaginary = m.draw((4, 5), "float32"), m.draw((4, 5), "float32")
    x = m.constant(real + 1j * imaginary, "complex64")
    return ComplexPart(input=x, output=m.tensor((4, 5), "float32"), part=Part.REAL)


def _second(m: Maker) -> Op:
    real, imaginary = m.draw((4, 5), "float32"), m.draw((4, 5), "float32")
    x = m.constant(real + 1j * imaginary, "complex64")
    return ComplexPart(input=x, output=m.tensor((4, 5), "float32"), part=Part.ABSOLUTE)
