# SPDX-License-Identifier: MIT
"""The hyperbolic tangent."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import unary
from npucore.ops import Tanh

SCALES = ((0.05, 1 / 128), (0.02, 1 / 128), (0.1, 1 / 128))


def cases() -> Iterator[Case]:
    """Shapes and dtypes, and every byte."""
    yield from unary(Tanh, SCALES, output_zero={"int8": 0, "uint8": 128})
