# SPDX-License-Identifier: MIT
"""A tensor taken apart along an axis."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import by, moved, results
from npucore.conformance.maker import Maker
from npucore.ops import Op, Unpack
from npucore.tensor import Shape

VARIANTS: tuple[tuple[Shape, int], ...] = (
    ((2, 3, 5), 0), ((3, 5, 3), 2), ((1, 4, 4, 2), 3), ((7, 4), 1),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """Every variant in every dtype."""
    variants = {f"{by(v[0])}-axis{v[1]}": partial(_make, variant=v) for v in VARIANTS}
    yield from moved("unpack", variants)


def _make(m: Maker, dtype: str, variant: tuple[Shape, int]) -> Op:
    shape, axis = variant
    source = m.input(shape, dtype)
    piece = (*shape[:axis], *shape[axis + 1 :])
    return Unpack(input=source, results=results(m, source, (piece,) * shape[axis]), axis=axis)
