# SPDX-License-Identifier: MIT
"""The larger of two."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import Quantities, binary
from npucore.ops import Maximum

QUANTITIES: tuple[Quantities, ...] = (
    ((0.05, 3), (0.05, 3), (0.05, 3)),
    ((0.02, -128), (0.02, -128), (0.02, -128)),
)


def cases() -> Iterator[Case]:
    """Shapes and dtypes, and every pair of bytes."""
    yield from binary(Maximum, QUANTITIES)
