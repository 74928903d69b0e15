# SPDX-License-Identifier: MIT
"""Sums over axes, as `npucore.ops.ReduceSum` defines them."""

from __future__ import annotations

import numpy as np

from npucore.ops import ReduceSum
from npucore.quantize import Rounding
from npucore.reference.binary import INTEGERS
from npucore.reference.kernel import FLOATS, Kernel, dtypes_refusal
from npucore.tensor import Array


def refuse(op: ReduceSum) -> str | None:
    """Plain numbers."""
    return dtypes_refusal(op, *FLOATS, *INTEGERS, tensors=(op.input, op.output))


def prepare(op: ReduceSum, rounding: Rounding) -> Kernel:
    """Numpy's sum, in the operand's dtype; of nothing it is 0."""
    dtype, shape = op.output.dtype, op.output.shape

    def run(x: Array) -> Array:
        return np.asarray(x.sum(op.axes, dtype=dtype)).reshape(shape)

    return run
