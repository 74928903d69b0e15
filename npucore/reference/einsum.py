# SPDX-License-Identifier: MIT
"""Sums of products, as `npucore.ops.Einsum` defines them."""

from __future__ import annotations

from typing import Any

import numpy as np

from npucore.ops import Einsum
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel
from npucore.tensor import Array

JUDGE = Judge.ONNX


def refuse(op: Einsum) -> str | None:
    """Plain numbers of one dtype."""
    found = {tensor.dtype for tensor in (*op.operands, op.output)}
    plain = all(tensor.quantization is None for tensor in (*op.operands, op.output))
    if len(found) == 1 and plain and op.output.dtype.kind in "iuf":
        return None
    return f"{op.name} of {', '.join(sorted(map(str, found)))}"


def prepare(op: Einsum, rounding: Rounding) -> Kernel:
    """Numpy's."""

    def run(*arrays: Array) -> Array:
        pairs: list[Any] = []
        for array, names in zip(arrays, op.names, strict=True):
            pairs += [array, list(names)]
        return np.asarray(np.einsum(*pairs, list(op.axes), optimize=len(arrays) > 2))

    return run
