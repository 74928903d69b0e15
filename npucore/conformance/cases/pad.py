# SPDX-License-Identifier: MIT
"""A border of one value."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import by, moved
from npucore.conformance.maker import Maker
from npucore.ops import Op, Pad
from npucore.tensor import Shape

Variant = tuple[Shape, tuple[int, ...], tuple[int, ...]]
VARIANTS: tuple[Variant, ...] = (
    ((1, 6, 6, 16), (0, 1, 1, 0), (0, 1, 1, 0)),
    ((1, 6, 7, 16), (0, 0, 1, 0), (0, 2, 3, 0)),
    ((1, 4, 4, 5), (0, 0, 0, 1), (0, 0, 0, 2)),
    ((1, 5, 5, 33), (0, 3, 3, 0), (0, 3, 3, 0)),
    ((3, 4), (1, 0), (0, 2)),
    ((1, 6, 6, 32), (0, 0, 0, 0), (0, 0, 0, 0)),
)


def cases() -> Iterator[Case]:
    """Every variant in every dtype."""
    variants = {f"{by(v[0])}-{by(v[1])}-{by(v[2])}": partial(_make, variant=v) for v in VARIANTS}
    yield from moved("pad", variants)


def _make(m: Maker, dtype: str, variant: Variant) -> Op:
    shape, before, after = variant
    source = m.input(shape, dtype)
    sizes = zip(before, shape, after, strict=True)
    output = m.like(source, tuple(b + size + a for b, size, a in sizes))
    return Pad(input=source, output=output, before=before, after=after)
