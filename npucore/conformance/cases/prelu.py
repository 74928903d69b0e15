# SPDX-License-Identifier: MIT
"""A slope below 0 for every element."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import Quantities, binary
from npucore.conformance.litert.forms import plain
from npucore.ops import Prelu

QUANTITIES: tuple[Quantities, ...] = (
    ((0.05, 3), (0.05, 3), (0.3, 3)),
    ((0.05, -7), (0.013, 20), (0.04, 0)),
    ((1 / 256, -128), (0.05, 4), (0.05, 4)),
)


def cases() -> Iterator[Case]:
    """Shapes and dtypes, and every pair of bytes."""
    yield from binary(Prelu, QUANTITIES, dtypes=("int8", "float32"), names=("input", "alpha"))


tflite = plain("PRELU", "input", "alpha")
