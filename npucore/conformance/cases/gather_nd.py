# SPDX-License-Identifier: MIT
"""Slices picked by indices."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import by, moved
from npucore.conformance.maker import Maker
from npucore.ops import GatherNd, Op
from npucore.tensor import Shape

VARIANTS: tuple[tuple[Shape, Shape], ...] = (
    ((10, 4), (3, 1)), ((5, 6, 7), (2, 4, 2)), ((1, 8, 8, 16), (5, 4)), ((256,), (9, 1)),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """Every variant in every dtype."""
    variants = {f"{by(v[0])}-i{by(v[1])}": partial(_make, variant=v) for v in VARIANTS}
    yield from moved("gather_nd", variants)


def _make(m: Maker, dtype: str, variant: tuple[Shape, Shape]) -> Op:
    shape, picks = variant
    depth = picks[-1]
    source = m.input(shape, dtype)
    indices = m.rng.integers(0, shape[:depth], picks)
    output = m.like(source, (*picks[:-1], *shape[depth:]))
    return GatherNd(input=source, indices=m.constant(indices, "int32"), output=output)
