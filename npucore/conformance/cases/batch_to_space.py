# SPDX-License-Identifier: MIT
"""Batches become pixels."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import by, moved
from npucore.conformance.maker import Maker
from npucore.ops import BatchToSpace, Op, Padding
from npucore.tensor import Shape

Variant = tuple[Shape, tuple[int, int], Padding]
VARIANTS: tuple[Variant, ...] = (
    ((4, 3, 4, 5), (2, 2), Padding()),
    ((6, 4, 4, 3), (2, 3), Padding(1, 0, 0, 2)),
    ((4, 2, 2, 16), (2, 2), Padding(1, 1, 1, 1)),
)


def cases() -> Iterator[Case]:
    """Every variant in every dtype."""
    variants = {f"{by(v[0])}-b{by(v[1])}": partial(_make, variant=v) for v in VARIANTS}
    yield from moved("batch_to_space", variants)


def _make(m: Maker, dtype: str, variant: Variant) -> Op:
    (n, h, w, c), (by_, bx), crop = variant
    rows, columns = h * by_ - crop.top - crop.bottom, w * bx - crop.left - crop.right
    source = m.input((n, h, w, c), dtype)
    output = m.like(source, (n // by_ // bx, rows, columns, c))
    return BatchToSpace(input=source, output=output, block=(by_, bx), crop=crop)
