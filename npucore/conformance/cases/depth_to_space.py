# SPDX-License-Identifier: MIT
"""Channels become pixels."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import by, moved
from npucore.conformance.maker import Maker
from npucore.ops import DepthToSpace, Op
from npucore.tensor import Shape

VARIANTS: tuple[tuple[Shape, int], ...] = (
    ((1, 4, 5, 16), 2), ((1, 3, 3, 27), 3), ((2, 2, 2, 4), 2), ((1, 7, 7, 64), 4),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """Every variant in every dtype."""
    variants = {f"{by(v[0])}-b{v[1]}": partial(_make, variant=v) for v in VARIANTS}
    yield from moved("depth_to_space", variants, ("int8", "uint8", "float32"))


def _make(m: Maker, dtype: str, variant: tuple[Shape, int]) -> Op:
    (n, h, w, c), block = variant
    source = m.input((n, h, w, c), dtype)
    output = m.like(source, (n, h * block, w * block, c // block**2))
    return DepthToSpace(input=source, output=output, block=block)
