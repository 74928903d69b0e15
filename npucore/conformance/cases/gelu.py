# SPDX-License-Identifier: MIT
"""The Gaussian error linear unit."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import unary
from npucore.ops import Gelu

SCALES = ((0.05, 0.04), (0.02, 0.015), (0.005, 0.004))  # of the input and the output


def cases() -> Iterator[Case]:
    """Shapes and dtypes, and every byte, in both forms."""
    for approximate in (False, True):
        yield from unary(Gelu, SCALES, approximate=approximate)
