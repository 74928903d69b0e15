# SPDX-License-Identifier: MIT
"""The largest numbers, as `npucore.ops.TopK` defines them."""

from __future__ import annotations

import numpy as np

from npucore.ops import TopK
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel
from npucore.tensor import Array

JUDGE = Judge.ONNX


def refuse(op: TopK) -> str | None:
    """Numbers keep their dtype and their meaning."""
    values, places = op.results
    if values.dtype != op.input.dtype or places.dtype.kind not in "iu":
        return f"{op.input.dtype} to {values.dtype} and {places.dtype}"
    return None


def prepare(op: TopK, rounding: Rounding) -> Kernel:
    """A stable sort, so that of equals the first comes first."""

    def run(x: Array) -> tuple[Array, Array]:
        if op.largest:
            turned = np.argsort(x[..., ::-1], axis=-1, kind="stable")[..., ::-1]
            places = x.shape[-1] - 1 - turned[..., : op.count]
        else:
            places = np.argsort(x, axis=-1, kind="stable")[..., : op.count]
        return np.take_along_axis(x, places, -1), places.astype(op.results[1].dtype)

    return run
