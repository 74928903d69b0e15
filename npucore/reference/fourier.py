# SPDX-License-Identifier: MIT
"""The Fourier transform, as `npucore.ops.Fourier` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Fourier
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Fourier) -> str | None:
    """Float32 to complex64."""
    if op.input.dtype == np.float32 and op.output.dtype == np.complex64:
        return None
    return f"{op.input.dtype} to {op.output.dtype}"


def prepare(op: Fourier, rounding: Rounding) -> Kernel:
    """Numpy's, in double precision."""

    def run(x: Array) -> Array:
        return np.asarray(np.fft.rfft2(x, op.size)).astype(np.complex64)

    return run
