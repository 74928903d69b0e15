# SPDX-License-Identifier: MIT
"""Means over axes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import by
from npucore.conformance.maker import Maker
from npucore.ops import Mean, Op
from npucore.tensor import Shape

DTYPES = ("int8", "uint8", "float32")
SHAPES = (
    (1, 7, 7, 32),
    (1, 1, 1, 16),
    (1, 14, 10, 33),
    (1, 4, 4, 65),
    (1, 8, 1, 20),
    (1, 20, 20, 3),
)
AXES = ((1, 2), (1,), (2,), (3,))


def cases() -> Iterator[Case]:
    """Over the map, mostly; with the output's scale equal to the input's and finer."""
    for dtype, (number, shape), keep in product(DTYPES, enumerate(SHAPES), (True, False)):
        yield _case(shape, dtype, (1, 2), keep, 1.0, number == 0)
        yield _case(shape, dtype, (1, 2), keep, 0.37, False)
    for dtype, axes in product(DTYPES, AXES[1:]):
        yield _case((1, 7, 9, 20), dtype, axes, True, 1.0, False)


def _case(
    shape: Shape, dtype: str, axes: tuple[int, ...], keep: bool, factor: float, first: bool
) -> Case:
    name = f"{by(shape)}-axes{by(axes)}-{dtype}" + "-keep" * keep + f"-f{factor:g}" * (factor != 1)
    make = partial(_make, shape=shape, dtype=dtype, axes=axes, keep=keep, factor=factor)
    return Case("mean", name, make, "map" if axes == (1, 2) else "other axes", first)


def _make(
    m: Maker, shape: Shape, dtype: str, axes: tuple[int, ...], keep: bool, factor: float
) -> Op:
    source = m.input(shape, dtype)
    left = (
        1 if axis in axes else size for axis, size in enumerate(shape) if keep or axis not in axes
    )
    output = m.tensor(tuple(left), dtype, 0.05 * factor)
    return Mean(input=source, output=output, axes=axes, keep_axes=keep)
