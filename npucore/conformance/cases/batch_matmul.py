# SPDX-License-Identifier: MIT
"""Products of matrices that are both computed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import BatchMatmul, Op

SIZES = ((4, 8, 5), (1, 16, 1), (7, 33, 9), (20, 64, 20))  # M, K, N


def cases() -> Iterator[Case]:
    """Either operand transposed or not."""
    for dtype, (number, size), first, second in product(
        ("int8", "float32"), enumerate(SIZES), (False, True), (False, True)
    ):
        name = f"{size[0]}x{size[1]}x{size[2]}-{dtype}" + "-ta" * first + "-tb" * second
        make = partial(_make, size=size, dtype=dtype, first=first, second=second)
        yield Case("batch_matmul", name, make, "matrices", essential=number == 0)


def _make(m: Maker, size: tuple[int, int, int], dtype: str, first: bool, second: bool) -> Op:
    rows, shared, columns = size
    left, right = (2, rows, shared), (2, shared, columns)
    a = m.input((2, shared, rows) if first else left, dtype, name="a")
    b = m.input((2, columns, shared) if second else right, dtype, name="b")
    scale = 0.05 * 0.05 * 74 * 74 * shared**0.5 / 50
    output = m.tensor((2, rows, columns), dtype, scale)
    return BatchMatmul(a=a, b=b, output=output, transpose_a=first, transpose_b=second)
