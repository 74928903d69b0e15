# SPDX-License-Identifier: MIT
"""Where the largest value stands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import by, moved
from npucore.conformance.maker import Maker
from npucore.ops import Argmax, Op
from npucore.tensor import Shape

VARIANTS: tuple[tuple[Shape, int], ...] = (
    ((1, 5, 7, 21), 3), ((1, 1001), 1), ((4, 6, 3), 1), ((1, 9, 9, 2), 3),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """Every variant in every dtype."""
    variants = {f"{by(v[0])}-axis{v[1]}": partial(_make, variant=v) for v in VARIANTS}
    yield from moved("argmax", variants, ("int8", "uint8", "float32"))


def _make(m: Maker, dtype: str, variant: tuple[Shape, int]) -> Op:
    shape, axis = variant
    result = (*shape[:axis], *shape[axis + 1 :])
    return Argmax(input=m.input(shape, dtype), output=m.tensor(result, "int32"), axis=axis)
