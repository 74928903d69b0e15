# SPDX-License-Identifier: MIT
"""The same numbers under another shape."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import by, moved
from npucore.conformance.maker import Maker
from npucore.ops import Op, Reshape
from npucore.tensor import Shape

VARIANTS: tuple[tuple[Shape, Shape], ...] = (
    ((1, 4, 4, 16), (1, 256)), ((1, 256), (1, 4, 4, 16)), ((1, 1, 1, 33), (1, 33)),
    ((1, 6, 4, 5), (1, 4, 6, 5)), ((1, 8, 8, 16), (1, 64, 1, 16)), ((2, 3, 4), (24,)),
    ((1, 1, 1, 1024), (1, 1024)), ((1, 8, 8, 16), (1, 8, 8, 16)),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """Every variant in every dtype."""
    variants = {f"{by(v[0])}-to{by(v[1])}": partial(_make, variant=v) for v in VARIANTS}
    yield from moved("reshape", variants)


def _make(m: Maker, dtype: str, variant: tuple[Shape, Shape]) -> Op:
    source = m.input(variant[0], dtype)
    return Reshape(input=source, output=m.like(source, variant[1]))
