# SPDX-License-Identifier: MIT
"""Parts of complex numbers, as `npucore.ops.ComplexPart` defines them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from npucore.ops import ComplexPart
from npucore.ops.complex_part import Part
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel
from npucore.tensor import Array

JUDGE = Judge.LITERT
FUNCTIONS: Mapping[Part, Callable[[Array], Array]] = {
    Part.REAL: np.real,
    Part.IMAGINARY: np.imag,
    Part.ABSOLUTE: np.abs,
}


def refuse(op: ComplexPart) -> str | None:
    """Complex64 to float32."""
    if op.input.dtype == np.complex64 and op.output.dtype == np.float32:
        return None
    return f"{op.input.dtype} to {op.output.dtype}"


def prepare(op: ComplexPart, rounding: Rounding) -> Kernel:
    """Numpy's."""
    function = FUNCTIONS[op.part]

    def run(x: Array) -> Array:
        return np.asarray(function(x)).astype(np.float32)

    return run
