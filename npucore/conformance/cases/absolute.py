# SPDX-License-Identifier: MIT
"""Magnitudes."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import unary
from npucore.ops import Absolute

SCALES = ((0.05, 0.05), (0.05, 0.03), (0.02, 0.1))


def cases() -> Iterator[Case]:
    """Shapes and dtypes, and every byte."""
    yield from unary(Absolute, SCALES, dtypes=("int8", "float32"))
