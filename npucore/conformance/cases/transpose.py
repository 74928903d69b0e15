# SPDX-License-Identifier: MIT
"""Axes in another order."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import by, moved
from npucore.conformance.maker import Maker
from npucore.ops import Op, Transpose
from npucore.tensor import Shape

VARIANTS: tuple[tuple[Shape, tuple[int, ...]], ...] = (
    ((1, 4, 5, 6), (0, 3, 1, 2)), ((1, 6, 4, 5), (0, 2, 3, 1)), ((3, 7), (1, 0)),
    ((2, 3, 4), (2, 1, 0)), ((1, 8, 8, 16), (0, 2, 1, 3)), ((1, 5, 5, 3), (0, 1, 2, 3)),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """Every variant in every dtype."""
    variants = {f"{by(v[0])}-p{by(v[1])}": partial(_make, variant=v) for v in VARIANTS}
    yield from moved("transpose", variants)


def _make(m: Maker, dtype: str, variant: tuple[Shape, tuple[int, ...]]) -> Op:
    shape, order = variant
    source = m.input(shape, dtype)
    output = m.like(source, tuple(shape[axis] for axis in order))
    return Transpose(input=source, output=output, permutation=order)
