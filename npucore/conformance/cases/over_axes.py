# SPDX-License-Identifier: MIT
"""Reductions over axes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import by
from npucore.conformance.maker import Maker
from npucore.ops import Op, ReduceMax, ReduceSum
from npucore.tensor import Shape

Reduction = type[ReduceMax] | type[ReduceSum]
SHAPES: tuple[Shape, ...] = ((1, 7, 7, 32), (1, 5, 9, 33), (1, 1, 1, 16))
AXES = ((1, 2), (3,), (1,))


def over_axes(kind: Reduction, dtypes: Sequence[str]) -> Iterator[Case]:
    """Axes that stay and axes that go."""
    for dtype, shape, axes, keep in product(dtypes, SHAPES, AXES, (True, False)):
        make = partial(_make, kind=kind, shape=shape, dtype=dtype, axes=axes, keep=keep)
        name = f"{by(shape)}-axes{by(axes)}-{dtype}" + "-keep" * keep
        first = (shape, axes, keep) == (SHAPES[0], AXES[0], True)
        yield Case(kind.name, name, make, "map" if axes == (1, 2) else "other axes", first)


def _make(
    m: Maker, kind: Reduction, shape: Shape, dtype: str, axes: tuple[int, ...], keep: bool
) -> Op:
    source = m.input(shape, dtype)
    left = tuple(
        1 if axis in axes else size for axis, size in enumerate(shape) if keep or axis not in axes
    )
    return kind(input=source, output=m.like(source, left), axes=axes, keep_axes=keep)
