# SPDX-License-Identifier: MIT
"""Tensors one behind the other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import by, moved
from npucore.conformance.maker import Maker
from npucore.ops import Concatenation, Op
from npucore.tensor import Shape

Variant = tuple[Shape, int, tuple[int, ...]]  # shape but for the axis, axis, sizes along it
VARIANTS: tuple[Variant, ...] = (
    ((1, 8, 8, 0), 3, (16, 16)),
    ((1, 8, 8, 0), 3, (16, 32, 16)),
    ((1, 5, 7, 0), 3, (20, 33)),
    ((1, 4, 4, 0), 3, (1, 2, 3, 4)),
    ((1, 0, 4, 16), 1, (3, 5)),
    ((1, 4, 0, 16), 2, (3, 5)),
    ((0, 6), 0, (2, 3)),
)


def cases() -> Iterator[Case]:
    """Operands of one quantization, then of several."""
    variants = {_word(v): partial(_make, variant=v) for v in VARIANTS}
    yield from moved("concatenation", variants)
    mixed = {f"mixed-{_word(v)}": partial(_make, variant=v, mixed=True) for v in VARIANTS}
    yield from moved("concatenation", mixed, ("uint8",))


def _word(variant: Variant) -> str:
    return f"{by(variant[0])}-axis{variant[1]}-{by(variant[2])}"


def _make(m: Maker, dtype: str, variant: Variant, mixed: bool = False) -> Op:
    shape, axis, sizes = variant
    operands = tuple(
        m.input(
            (*shape[:axis], size, *shape[axis + 1 :]), dtype, 0.05 - 0.007 * i * mixed, name=f"x{i}"
        )
        for i, size in enumerate(sizes)
    )
    output = m.tensor((*shape[:axis], sum(sizes), *shape[axis + 1 :]), dtype, 0.05)
    return Concatenation(operands=operands, output=output, axis=axis)
