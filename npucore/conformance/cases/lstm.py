# SPDX-License-Identifier: MIT
"""Long short-term memory."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.cases.recurrent import recurrent
from npucore.ops import Lstm


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    return recurrent(Lstm, 4, states=2)
