# SPDX-License-Identifier: MIT
"""From floats or other quantizations to bytes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import MAPS, by, every_byte
from npucore.conformance.maker import BYTES, Maker
from npucore.ops import Op, Quantize
from npucore.tensor import Shape

FACTORS = (1.0, 0.4, 2.0, 3.7)


def cases() -> Iterator[Case]:
    """Between all dtypes, by several factors; every byte."""
    for start, end in product((*BYTES, "float32"), BYTES):
        for number, shape in enumerate(MAPS):
            factor = FACTORS[number % len(FACTORS)]
            make = partial(_make, shape=shape, start=start, end=end, factor=factor)
            yield Case("quantize", f"{by(shape)}-{start}to{end}", make, "map", number == 0)
    for start, end, factor in product(BYTES, BYTES, FACTORS):
        make = partial(_make, shape=(1, 16, 16, 1), start=start, end=end, factor=factor, whole=True)
        yield Case("quantize", f"everybyte-f{factor:g}-{start}to{end}", make, "every byte")


def _make(m: Maker, shape: Shape, start: str, end: str, factor: float, whole: bool = False) -> Op:
    source = m.input(shape, start, 0.05, values=every_byte(start) if whole else None)
    return Quantize(input=source, output=m.tensor(shape, end, 0.05 * factor))
