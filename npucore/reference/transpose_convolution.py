# SPDX-License-Identifier: MIT
"""Transposed convolution, as `npucore.ops.TransposeConvolution` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import TransposeConvolution
from npucore.quantize import Rounding
from npucore.reference.convolution import LARGEST_BYTES
from npucore.reference.kernel import Judge, Kernel
from npucore.reference.weights import prepare_weights, refuse_weights
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: TransposeConvolution) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    if reason := refuse_weights(op):
        return reason
    n, rows, columns, outputs = _full_shape(op)
    size = n * rows * columns * outputs * 8
    return None if size <= LARGEST_BYTES else f"working memory of {size} bytes"


def prepare(op: TransposeConvolution, rounding: Rounding) -> Kernel:
    """One matrix product for each kernel element, added to its places in the full result."""
    prepared = prepare_weights(op, rounding, centred=True)
    full_shape, (sy, sx) = _full_shape(op), op.stride
    _, height, width, channels = op.input.shape
    n, rows, columns, outputs = op.output.shape
    matrices = [
        (i, j, np.ascontiguousarray(prepared.weights[:, i, j].T))
        for i in range(op.kernel[0])
        for j in range(op.kernel[1])
    ]
    finish, pixels = prepared.finish, n * rows * columns

    def run(x: Array, *_: Array) -> Array:
        centred = (x.astype(prepared.weights.dtype) - prepared.fill).reshape(-1, channels)
        full = np.zeros(full_shape, prepared.weights.dtype)
        for i, j, matrix in matrices:
            part = (centred @ matrix).reshape(n, height, width, outputs)
            full[:, i : i + (height - 1) * sy + 1 : sy, j : j + (width - 1) * sx + 1 : sx] += part
        sums = np.zeros((finish.block_rows(pixels), outputs), full.dtype)
        sums[:pixels] = _cropped(full, op).reshape(pixels, outputs)
        out = np.empty((pixels, outputs), op.output.dtype)
        finish(sums, out)
        return out.reshape(op.output.shape)

    return run


def _full_shape(op: TransposeConvolution) -> tuple[int, int, int, int]:
    """(N, rows, columns, O) before *padding* is cut off."""
    n, height, width, _ = op.input.shape
    rows = (height - 1) * op.stride[0] + op.kernel[0]
    columns = (width - 1) * op.stride[1] + op.kernel[1]
    return n, rows, columns, op.output.shape[3]


def _cropped(full: Array, op: TransposeConvolution) -> Array:
    """Cut *padding* off; where it is negative, rows and columns of 0 are added."""
    top, bottom, left, right = op.padding
    grown = np.pad(
        full,
        (
            (0, 0),
            (max(-top, 0), max(-bottom, 0)),
            (max(-left, 0), max(-right, 0)),
            (0, 0),
        ),
    )
    _, rows, columns, _ = op.output.shape
    return grown[:, max(top, 0) :, max(left, 0) :][:, :rows, :columns]
