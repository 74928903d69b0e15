# SPDX-License-Identifier: MIT
"""Straight lines between pixels."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import by, moved
from npucore.conformance.maker import Maker
from npucore.ops import Op, ResizeBilinear
from npucore.tensor import Shape

Variant = tuple[Shape, tuple[int, int], bool, bool]
SIZES: tuple[tuple[Shape, tuple[int, int]], ...] = (
    ((1, 4, 4, 16), (8, 8)), ((1, 5, 7, 3), (11, 9)), ((1, 8, 8, 33), (4, 4)),
    ((1, 1, 1, 20), (5, 5)),
)  # fmt: skip
VARIANTS: tuple[Variant, ...] = tuple(
    (*sizes, *flags) for sizes in SIZES for flags in ((False, False), (True, False), (False, True))
)


def cases() -> Iterator[Case]:
    """Every variant in every dtype."""
    variants = {
        f"{by(v[0])}-to{by(v[1])}" + "-corners" * v[2] + "-half" * v[3]: partial(_make, variant=v)
        for v in VARIANTS
    }
    yield from moved("resize_bilinear", variants, ("int8", "uint8", "float32"))


def _make(m: Maker, dtype: str, variant: Variant) -> Op:
    shape, size, corners, half = variant
    source = m.input(shape, dtype)
    output = m.like(source, (shape[0], *size, shape[3]))
    return ResizeBilinear(
        input=source, output=output, size=size, align_corners=corners, half_pixel_centers=half
    )
