# SPDX-License-Identifier: MIT
"""Tensors stacked along a new axis."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import by, moved
from npucore.conformance.maker import Maker
from npucore.ops import Op, Pack
from npucore.tensor import Shape

VARIANTS: tuple[tuple[Shape, int, int], ...] = (
    ((3, 5), 2, 0), ((3, 5), 3, 2), ((1, 4, 4), 2, 3), ((7,), 4, 1),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """Every variant in every dtype."""
    variants = {f"{by(v[0])}-n{v[1]}-axis{v[2]}": partial(_make, variant=v) for v in VARIANTS}
    yield from moved("pack", variants)


def _make(m: Maker, dtype: str, variant: tuple[Shape, int, int]) -> Op:
    shape, count, axis = variant
    operands = tuple(m.input(shape, dtype, name=f"x{i}") for i in range(count))
    output = m.like(operands[0], (*shape[:axis], count, *shape[axis:]))
    return Pack(operands=operands, output=output, axis=axis)
