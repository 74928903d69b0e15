# SPDX-License-Identifier: MIT
"""Products of matrices that are both computed, and by constant ones."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product

import numpy as np

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import by
from npucore.conformance.maker import Maker
from npucore.ops import BatchMatmul, Op
from npucore.tensor import Shape

SIZES = ((4, 8, 5), (1, 16, 1), (7, 33, 9), (20, 64, 20))  # M, K, N
BY_CONSTANT: tuple[tuple[Shape, int], ...] = (
    ((1, 4, 4, 16), 24), ((1, 5, 7, 33), 20), ((1, 1, 1, 64), 10), ((1, 12, 20), 32),
    ((2, 4, 6, 8), 5), ((9, 40), 17), ((1, 3, 1, 3), 4),
)  # fmt: skip
"""The left operand, and the right one's columns."""


def cases() -> Iterator[Case]:
    """Either operand transposed or not."""
    for dtype, (number, size), first, second in product(
        ("int8", "float32"), enumerate(SIZES), (False, True), (False, True)
    ):
        name = f"{size[0]}x{size[1]}x{size[2]}-{dtype}" + "-ta" * first + "-tb" * second
        make = partial(_make, size=size, dtype=dtype, first=first, second=second)
        yield Case("batch_matmul", name, make, "matrices", essential=number == 0)
    for dtype, (number, (shape, columns)) in product(
        ("int8", "uint8", "float32"), enumerate(BY_CONSTANT)
    ):
        for kind in ("one", "turned", "several"):
            name = f"{by(shape)}-by{columns}-{dtype}-{kind}"
            make = partial(_by_constant, shape=shape, columns=columns, dtype=dtype, kind=kind)
            yield Case("batch_matmul", name, make, "by a constant", essential=number == 0)


def _make(m: Maker, size: tuple[int, int, int], dtype: str, first: bool, second: bool) -> Op:
    rows, shared, columns = size
    left, right = (2, rows, shared), (2, shared, columns)
    a = m.input((2, shared, rows) if first else left, dtype, name="a")
    b = m.input((2, columns, shared) if second else right, dtype, name="b")
    scale = 0.05 * 0.05 * 74 * 74 * shared**0.5 / 50
    output = m.tensor((2, rows, columns), dtype, scale)
    return BatchMatmul(a=a, b=b, output=output, transpose_a=first, transpose_b=second)


def _by_constant(m: Maker, shape: Shape, columns: int, dtype: str, kind: str) -> Op:
    """By *one* matrix in every batch, which may stand *turned*, or by *several*."""
    source = m.input(shape, dtype)
    weights = m.weights((columns, shape[-1]), dtype)
    data = np.asarray(weights.data) if kind == "turned" else np.asarray(weights.data).T
    each = np.array(np.broadcast_to(data, (*shape[:-2], *data.shape)))
    if kind == "several":
        each += (np.arange(each.size).reshape(each.shape) // data.size).astype(dtype)
    matrix = m.constant(each, dtype, weights.quantization)
    output = m.summed(source, weights, (*shape[:-1], columns))
    return BatchMatmul(a=source, b=matrix, output=output, transpose_b=kind == "turned")
