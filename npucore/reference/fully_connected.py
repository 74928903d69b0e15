# SPDX-License-Identifier: MIT
"""A matrix of weights, as `npucore.ops.FullyConnected` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import FullyConnected
from npucore.quantize import Rounding
from npucore.reference.kernel import Kernel
from npucore.reference.weights import prepare_weights, refuse_weights
from npucore.tensor import Array


def refuse(op: FullyConnected) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return refuse_weights(op)


def prepare(op: FullyConnected, rounding: Rounding) -> Kernel:
    """One matrix product. TFLite's kernel rounds a double, unlike its convolution."""
    prepared = prepare_weights(op, rounding, once=True)
    matrix = prepared.weights.T  # a view: BLAS multiplies it as it is
    depth, outputs = matrix.shape
    finish = prepared.finish

    def run(x: Array, *_: Array) -> Array:
        rows = x.reshape(-1, depth).astype(matrix.dtype)
        sums = np.zeros((finish.block_rows(len(rows)), outputs), matrix.dtype)
        np.matmul(rows, matrix, out=sums[: len(rows)])
        out = np.empty((len(rows), outputs), op.output.dtype)
        finish(sums, out)
        return out.reshape(op.output.shape)

    return run
