# SPDX-License-Identifier: MIT
"""Convolutions that enlarge."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import Op, Padding, TransposeConvolution

DTYPES = ("int8", "float32")
KERNELS = ((2, 2), (3, 3), (4, 4))
CHANNELS = ((16, 16), (3, 8), (33, 5))


def cases() -> Iterator[Case]:
    """Kernels and steps, with and without a border cut off."""
    grid = product(DTYPES, KERNELS, (1, 2), CHANNELS, (False, True))
    for dtype, kernel, stride, channels, cut in grid:
        name = f"6x5x{channels[0]}-k{kernel[0]}x{kernel[1]}-o{channels[1]}-s{stride}-{dtype}"
        make = partial(_make, dtype=dtype, kernel=kernel, stride=stride, channels=channels, cut=cut)
        first = (kernel, stride, cut) == ((3, 3), 2, False)
        yield Case("transpose_convolution", name + "-same" * cut, make, "map", first)


def _make(
    m: Maker,
    dtype: str,
    kernel: tuple[int, int],
    stride: int,
    channels: tuple[int, int],
    cut: bool,
) -> Op:
    source = m.input((1, 6, 5, channels[0]), dtype)
    weights = m.weights((channels[1], *kernel, channels[0]), dtype)
    over = [max(k - stride, 0) if cut else 0 for k in kernel]
    padding = Padding(over[0] // 2, over[0] - over[0] // 2, over[1] // 2, over[1] - over[1] // 2)
    rows = (6 - 1) * stride + kernel[0] - over[0]
    columns = (5 - 1) * stride + kernel[1] - over[1]
    return TransposeConvolution(
        input=source,
        weights=weights,
        bias=m.bias(source, weights),
        output=m.summed(source, weights, (1, rows, columns, channels[1])),
        stride=(stride, stride),
        padding=padding,
    )
