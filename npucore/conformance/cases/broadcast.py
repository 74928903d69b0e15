# SPDX-License-Identifier: MIT
"""One operand repeated."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import by, moved
from npucore.conformance.maker import Maker
from npucore.ops import Broadcast, Op
from npucore.tensor import Shape

VARIANTS: tuple[tuple[Shape, Shape], ...] = (
    ((1, 1, 1, 16), (1, 5, 7, 16)), ((1,), (3, 4)), ((1, 4, 1, 1), (1, 4, 4, 9)), ((5,), (2, 5)),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """Every variant in every dtype."""
    variants = {f"{by(v[0])}-to{by(v[1])}": partial(_make, variant=v) for v in VARIANTS}
    yield from moved("broadcast", variants)


def _make(m: Maker, dtype: str, variant: tuple[Shape, Shape]) -> Op:
    source = m.input(variant[0], dtype)
    return Broadcast(input=source, output=m.like(source, variant[1]))
