# SPDX-License-Identifier: MIT
"""Slices picked along an axis."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import by, moved
from npucore.conformance.maker import Maker
from npucore.ops import Gather, Op
from npucore.tensor import Shape

Variant = tuple[Shape, int, Shape]  # shape, axis, shape of the indices
VARIANTS: tuple[Variant, ...] = (
    ((10, 4), 0, (3,)),
    ((5, 6, 7), 1, (4,)),
    ((1, 8, 8, 16), 3, (5,)),
    ((256,), 0, (2, 3)),
)


def cases() -> Iterator[Case]:
    """Every variant in every dtype."""
    variants = {f"{by(v[0])}-axis{v[1]}-i{by(v[2])}": partial(_make, variant=v) for v in VARIANTS}
    yield from moved("gather", variants)


def _make(m: Maker, dtype: str, variant: Variant) -> Op:
    shape, axis, picks = variant
    source = m.input(shape, dtype)
    indices = m.constant(m.rng.integers(0, shape[axis], picks), "int32")
    output = m.like(source, (*shape[:axis], *picks, *shape[axis + 1 :]))
    return Gather(input=source, indices=indices, output=output, axis=axis)
