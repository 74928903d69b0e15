# SPDX-License-Identifier: MIT
"""Maxima over axes."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.cases.over_axes import over_axes
from npucore.ops import ReduceMax

DTYPES = ("int8", "uint8", "float32", "int32")


def cases() -> Iterator[Case]:
    """Axes that stay and axes that go."""
    yield from over_axes(ReduceMax, DTYPES)
