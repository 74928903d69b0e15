# SPDX-License-Identifier: MIT
"""Differences."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import Quantities, binary
from npucore.ops import Activation, Subtract

QUANTITIES: tuple[Quantities, ...] = (
    ((0.05, 3), (0.05, 3), (0.1, 3)),
    ((0.05, -7), (0.013, 20), (0.06, 0)),
    ((0.02, 127), (0.3, -128), (0.25, -5)),
)


def cases() -> Iterator[Case]:
    """Shapes and dtypes, and every pair of bytes."""
    kinds = (Activation.NONE, Activation.RELU, Activation.RELU6)
    yield from chain.from_iterable(binary(Subtract, QUANTITIES, activation=kind) for kind in kinds)
