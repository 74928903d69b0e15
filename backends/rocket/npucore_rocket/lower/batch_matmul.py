# SPDX-License-Identifier: MIT
"""Products of two computed matrices of real numbers: the second ones are weights of the first.

A row of the first matrix is a pixel, a column of the second a kernel of one tap. Where the CNA
reads weights they lie in groups of kernels, which no map does, so the second matrices have to come
from outside: the host lays them out as it does the maps of inputs.
Source: rocket hardware reference 8.7 (matrices as maps one pixel wide, on boards).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from npucore.ops import BatchMatmul
from npucore_rocket.lower.layer import SYMMETRIC, Band, Layer, SecondOperand
from npucore_rocket.maps import MapShape
from npucore_rocket.matrices import Matrices

ONE = np.ones(1)


def matrices(op: BatchMatmul) -> Matrices:
    """The second operand as the host lays it out."""
    rows, columns = op.b.shape[-2:]
    inner, kernels = (columns, rows) if op.transpose_b else (rows, columns)
    return Matrices(math.prod(op.b.shape[:-2]), kernels, inner, op.transpose_b)


def lower(op: BatchMatmul) -> tuple[Layer, ...]:
    """A layer for every pair of matrices."""
    return tuple(_layers(op))


def _layers(op: BatchMatmul) -> Iterator[Layer]:
    each, rows = matrices(op), op.a.shape[-2]
    weights = np.broadcast_to(np.float16(0), (each.kernels, 1, 1, each.channels))
    for number in range(each.batches):
        band = Band(number * rows, each.batches * rows)
        yield Layer(
            source=op.a,
            source_shape=MapShape(rows, 1, each.channels),
            source_zero_point=0,
            destination=op.output,
            destination_shape=MapShape(rows, 1, each.kernels),
            destination_zero_point=0,
            weights=weights,
            weight_zero_points=SYMMETRIC,
            bias=np.zeros(each.kernels, np.float32),
            scales=ONE,
            stride=(1, 1),
            padding=(0, 0),
            source_band=band,
            destination_band=band,
            second=SecondOperand(op.b, each, number),
        )
