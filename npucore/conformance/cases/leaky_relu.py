# SPDX-License-Identifier: MIT
"""A slope below 0."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import unary
from npucore.ops import LeakyRelu

SCALES = ((0.05, 0.05), (0.05, 0.03), (0.02, 0.04))


def cases() -> Iterator[Case]:
    """Two slopes."""
    yield from chain.from_iterable(unary(LeakyRelu, SCALES, alpha=a) for a in (0.1, 0.3))
