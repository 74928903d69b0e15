# SPDX-License-Identifier: MIT
"""Straight lines between pixels."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.cases.resized import resized
from npucore.ops import ResizeBilinear

DTYPES = ("int8", "uint8", "float32")


def cases() -> Iterator[Case]:
    """Every variant in every dtype."""
    yield from resized(ResizeBilinear, DTYPES)
