# SPDX-License-Identifier: MIT
"""Nearest neighbours."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.cases.resized import resized
from npucore.ops import Resize


def cases() -> Iterator[Case]:
    """Every variant in every dtype."""
    yield from resized(Resize)
