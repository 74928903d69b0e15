# SPDX-License-Identifier: MIT
"""A map seen through a grid."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import GridSample, Op
from npucore.ops.grid_sample import GridMode


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    yield Case("grid_sample", "1x3x6x5-linear-float32", _first, "map", essential=True)
    yield Case("grid_sample", "1x3x9-nearest-float32", _second, "rank 3")


def _first(m: Maker) -> Op:
    x, grid = m.input((1, 3, 6, 5), "float32"), m.input((1, 4, 4, 2), "float32", name="grid")
    return GridSample(input=x, grid=grid, output=m.tensor((1, 3, 4, 4), "float32"))


def _second(m: Maker) -> Op:
    x, grid = m.input((1, 3, 9), "float32"), m.input((1, 4, 1), "float32", name="grid")
    output = m.tensor((1, 3, 4), "float32")
    return GridSample(input=x, grid=grid, output=output, mode=GridMode.NEAREST)
