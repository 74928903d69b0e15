# SPDX-License-Identifier: MIT
"""A tensor cut into pieces."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import by, moved, results
from npucore.conformance.maker import Maker
from npucore.ops import Op, Split
from npucore.tensor import Shape

Variant = tuple[Shape, int, tuple[int, ...]]
VARIANTS: tuple[Variant, ...] = (
    ((1, 8, 8, 32), 3, (16, 16)),
    ((1, 5, 5, 48), 3, (16, 32)),
    ((1, 8, 8, 33), 3, (1, 20, 12)),
    ((1, 9, 4, 16), 1, (3, 3, 3)),
    ((1, 4, 9, 16), 2, (4, 5)),
    ((6, 10), 0, (2, 4)),
    ((1, 4, 4, 64), 3, (16, 16, 16, 16)),
)


def cases() -> Iterator[Case]:
    """Every variant in every dtype."""
    variants = {f"{by(v[0])}-axis{v[1]}-{by(v[2])}": partial(_make, variant=v) for v in VARIANTS}
    yield from moved("split", variants)


def _make(m: Maker, dtype: str, variant: Variant) -> Op:
    shape, axis, sizes = variant
    source = m.input(shape, dtype)
    pieces = tuple((*shape[:axis], size, *shape[axis + 1 :]) for size in sizes)
    return Split(input=source, results=results(m, source, pieces), axis=axis, sizes=sizes)
