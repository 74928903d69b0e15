# SPDX-License-Identifier: MIT
"""3-D convolution, as `npucore.ops.Convolution3d` defines it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from npucore.ops import Convolution3d
from npucore.quantize import REAL_BOUNDS, Rounding
from npucore.reference.kernel import Judge, Kernel, dtypes_refusal
from npucore.tensor import Array

JUDGE = Judge.LITERT
Box = tuple[slice, slice, slice]


def refuse(op: Convolution3d) -> str | None:
    """Floats."""
    return dtypes_refusal(op, np.float32, tensors=(*op.inputs, op.output))


def prepare(op: Convolution3d, rounding: Rounding) -> Kernel:
    """One matrix product for each position of the kernel."""
    pairs = list(_pairs(op))
    low, high = REAL_BOUNDS[op.activation]

    def run(x: Array, weights: Array, *rest: Array) -> Array:
        out = np.zeros(op.output.shape, np.float32)
        for place, narrow, wide in pairs:
            matrix = weights[place].T if op.transposed else weights[place]
            if op.transposed:
                out[(slice(None), *wide)] += x[(slice(None), *narrow)] @ matrix
            else:
                out[(slice(None), *narrow)] += x[(slice(None), *wide)] @ matrix
        out += rest[0] if rest else np.float32(0)
        return out if (low, high) == (None, None) else np.clip(out, low, high)

    return run


def _pairs(op: Convolution3d) -> Iterator[tuple[tuple[int, ...], Box, Box]]:
    """(place in the kernel, the smaller map's box, the larger map's box that it meets)."""
    small: tuple[int, ...] = op.size
    large: tuple[int, ...] = op.input.shape[1:4]
    if op.transposed:
        small, large = op.input.shape[1:4], op.size
    for place in itertools.product(*map(range, op.weights.shape[:3])):
        narrow, wide = [], []
        for axis, offset in enumerate(place):
            step, shift = op.stride[axis], offset * op.dilation[axis] - op.before[axis]
            first = max(0, -(shift // step))
            last = min(small[axis] - 1, (large[axis] - 1 - shift) // step)
            narrow.append(slice(first, last + 1))
            wide.append(slice(first * step + shift, last * step + shift + 1, step))
        if all(box.start < box.stop for box in narrow):
            yield place, (narrow[0], narrow[1], narrow[2]), (wide[0], wide[1], wide[2])
