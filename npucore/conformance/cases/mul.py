# SPDX-License-Identifier: MIT
"""Products."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import Quantities, binary
from npucore.ops import Activation, Mul

QUANTITIES: tuple[Quantities, ...] = (
    ((0.05, 3), (0.05, 3), (0.3, 3)),
    ((0.05, -7), (0.013, 20), (0.04, 0)),
    ((1 / 256, -128), (0.05, 4), (0.05, 4)),
)


def cases() -> Iterator[Case]:
    """Shapes and dtypes, and every pair of bytes."""
    kinds = (Activation.NONE, Activation.RELU, Activation.RELU6)
    yield from chain.from_iterable(binary(Mul, QUANTITIES, activation=kind) for kind in kinds)
