# SPDX-License-Identifier: MIT
"""A plain recurrent network."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.cases.recurrent import recurrent
from npucore.ops import Rnn


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    return recurrent(Rnn, 1)
