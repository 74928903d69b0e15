# SPDX-License-Identifier: MIT
"""A part of a tensor."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import by, moved
from npucore.conformance.maker import Maker
from npucore.ops import Op, StridedSlice
from npucore.tensor import Shape

Variant = tuple[Shape, tuple[int, ...], tuple[int, ...], tuple[int, ...]]
VARIANTS: tuple[Variant, ...] = (
    ((1, 8, 8, 32), (0, 0, 0, 16), (1, 8, 8, 16), (1, 1, 1, 1)),
    ((1, 8, 8, 16), (0, 2, 3, 0), (1, 4, 5, 16), (1, 1, 1, 1)),
    ((1, 8, 8, 16), (0, 0, 0, 0), (1, 4, 4, 16), (1, 2, 2, 1)),
    ((1, 9, 8, 20), (0, 1, 0, 3), (1, 3, 8, 5), (1, 3, 1, 2)),
    ((1, 6, 4, 33), (0, 0, 0, 1), (1, 6, 4, 32), (1, 1, 1, 1)),
    ((9, 5), (8, 1), (4, 3), (-2, 1)),
    ((1, 8, 8, 48), (0, 0, 0, 32), (1, 8, 8, 16), (1, 1, 1, 1)),
)


def cases() -> Iterator[Case]:
    """Every variant in every dtype."""
    variants = {
        f"{by(v[0])}-from{by(v[1])}-{by(v[2])}": partial(_make, variant=v) for v in VARIANTS
    }
    yield from moved("strided_slice", variants)


def _make(m: Maker, dtype: str, variant: Variant) -> Op:
    shape, begin, sizes, strides = variant
    source = m.input(shape, dtype)
    output = m.like(source, sizes)
    return StridedSlice(input=source, output=output, begin=begin, sizes=sizes, strides=strides)
