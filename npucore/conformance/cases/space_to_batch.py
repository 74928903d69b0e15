# SPDX-License-Identifier: MIT
"""Pixels become batches."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import by, moved
from npucore.conformance.maker import Maker
from npucore.ops import Op, Padding, SpaceToBatch
from npucore.tensor import Shape

Variant = tuple[Shape, tuple[int, int], Padding]
VARIANTS: tuple[Variant, ...] = (
    ((1, 6, 8, 5), (2, 2), Padding()),
    ((1, 7, 4, 3), (2, 3), Padding(1, 0, 0, 2)),
    ((1, 6, 6, 16), (2, 2), Padding(1, 1, 1, 1)),
)


def cases() -> Iterator[Case]:
    """Every variant in every dtype."""
    variants = {f"{by(v[0])}-b{by(v[1])}": partial(_make, variant=v) for v in VARIANTS}
    yield from moved("space_to_batch", variants)


def _make(m: Maker, dtype: str, variant: Variant) -> Op:
    (n, h, w, c), (by_, bx), border = variant
    rows = (h + border.top + border.bottom) // by_
    columns = (w + border.left + border.right) // bx
    source = m.input((n, h, w, c), dtype)
    output = m.like(source, (n * by_ * bx, rows, columns, c))
    return SpaceToBatch(input=source, output=output, block=(by_, bx), padding=border)
