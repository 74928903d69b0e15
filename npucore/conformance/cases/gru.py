# SPDX-License-Identifier: MIT
"""Gated recurrent units."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.cases.recurrent import recurrent
from npucore.ops import Gru


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    return recurrent(Gru, 3)
