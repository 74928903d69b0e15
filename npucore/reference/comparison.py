# SPDX-License-Identifier: MIT
"""What comparisons of two operands share."""

from __future__ import annotations

import numpy as np

from npucore.ops import Op
from npucore.tensor import Tensor


def refuse_comparison(op: Op, a: Tensor, b: Tensor, output: Tensor) -> str | None:
    """Numbers of one dtype and one meaning; the result is bool."""
    if a.dtype != b.dtype or output.dtype != np.bool_:
        return f"{op.name} of {a.dtype} and {b.dtype} to {output.dtype}"
    if a.quantization is None or b.quantization is None:
        return None if a.quantization is b.quantization else "one operand alone is quantized"
    return None if a.q.same_as(b.q) else "operands differ in quantization"
