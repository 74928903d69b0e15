# SPDX-License-Identifier: MIT
"""``x * relu6(x + 3) / 6``."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import unary
from npucore.ops import HSwish

SCALES = ((0.05, 0.05), (0.03, 0.02), (0.1, 0.07))


def cases() -> Iterator[Case]:
    """Shapes and dtypes, and every byte."""
    yield from unary(HSwish, SCALES)
