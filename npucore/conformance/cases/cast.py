# SPDX-License-Identifier: MIT
"""Numbers as another dtype."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import by
from npucore.conformance.maker import Maker
from npucore.ops import Cast, Op
from npucore.tensor import Shape

PAIRS = (
    ("float32", "int32"), ("int32", "float32"), ("int64", "int32"), ("int32", "int64"),
    ("bool", "float32"), ("int32", "bool"),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """Between numbers that have no quantization."""
    for start, end in PAIRS:
        for shape in ((1, 5, 7, 3), (11,)):
            make = partial(_make, shape=shape, start=start, end=end)
            yield Case("cast", f"{by(shape)}-{start}to{end}", make, start, essential=True)


def _make(m: Maker, shape: Shape, start: str, end: str) -> Op:
    return Cast(input=m.input(shape, start), output=m.tensor(shape, end))
