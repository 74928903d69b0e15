# SPDX-License-Identifier: MIT
"""Maps of another number of rows and columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import MOVED_DTYPES, by, moved
from npucore.conformance.maker import Maker
from npucore.ops import Op, Resize, ResizeBilinear
from npucore.tensor import Shape

Resizing = type[Resize] | type[ResizeBilinear]
Variant = tuple[Shape, tuple[int, int], bool, bool]
SIZES: tuple[tuple[Shape, tuple[int, int]], ...] = (
    ((1, 4, 4, 16), (8, 8)), ((1, 5, 7, 3), (11, 9)), ((1, 8, 8, 33), (4, 4)),
    ((1, 1, 1, 20), (5, 5)),
)  # fmt: skip
VARIANTS: tuple[Variant, ...] = tuple(
    (*sizes, *flags) for sizes in SIZES for flags in ((False, False), (True, False), (False, True))
)


def resized(kind: Resizing, dtypes: Sequence[str] = MOVED_DTYPES) -> Iterator[Case]:
    """Every variant in every dtype."""
    variants = {
        f"{by(v[0])}-to{by(v[1])}" + "-corners" * v[2] + "-half" * v[3]: partial(
            _make, kind=kind, variant=v
        )
        for v in VARIANTS
    }
    yield from moved(kind.name, variants, dtypes)


def _make(m: Maker, dtype: str, kind: Resizing, variant: Variant) -> Op:
    shape, size, corners, half = variant
    source = m.input(shape, dtype)
    output = m.like(source, (shape[0], *size, shape[3]))
    return kind(
        input=source, output=output, size=size, align_corners=corners, half_pixel_centers=half
    )
