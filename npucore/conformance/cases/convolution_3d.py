# SPDX-License-Identifier: MIT
"""3-D convolution."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import Convolution3d, Op


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    yield Case("convolution_3d", "1x4x5x4x2-float32", _first, "map", essential=True)
    yield Case("convolution_3d", "1x2x3x2x3-turned-float32", _second, "rank 3")


def _first(m: Maker) -> Op:
    x, weights = m.input((1, 4, 5, 4, 2), "float32"), m.weights((2, 3, 2, 2, 3), "float32")
    output = m.tensor((1, 3, 3, 3, 3), "float32")
    return Convolution3d(input=x, weights=weights, output=output, size=(3, 3, 3))


def _second(m: Maker) -> Op:
    x, weights = m.input((1, 2, 3, 2, 3), "float32"), m.weights((2, 3, 2, 2, 3), "float32")
    output = m.tensor((1, 4, 6, 4, 2), "float32")
    size, stride = (4, 6, 4), (2, 2, 2)
    return Convolution3d(
        input=x, weights=weights, output=output, size=size, stride=stride, transposed=True
    )
