# SPDX-License-Identifier: MIT
"""Exponentials that add up to 1."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import unary
from npucore.ops import Softmax

SCALES = ((0.05, 1 / 256), (0.02, 1 / 256), (0.1, 1 / 256))


def cases() -> Iterator[Case]:
    """Shapes and dtypes, and every byte."""
    yield from unary(Softmax, SCALES, output_zero={"int8": -128, "uint8": 0})
