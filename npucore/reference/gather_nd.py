# SPDX-License-Identifier: MIT
"""Slices picked by computed indices, as `npucore.ops.GatherNd` defines it."""

from __future__ import annotations

import numpy as np

from npucore.errors import InputError
from npucore.ops import GatherNd
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: GatherNd) -> str | None:
    """Integer indices, and a result of the input's dtype."""
    if op.indices.dtype not in (np.int32, np.int64):
        return f"indices of {op.indices.dtype}"
    return None if op.input.dtype == op.output.dtype else f"{op.input.dtype} to {op.output.dtype}"


def prepare(op: GatherNd, rounding: Rounding) -> Kernel:
    """Numpy's indexing, with the range checked."""
    limits = np.array(op.input.shape[: op.indices.shape[-1]])

    def run(x: Array, indices: Array) -> Array:
        if ((indices < 0) | (indices >= limits)).any():
            raise InputError(f"gather_nd -> {op.label}: an index outside {tuple(limits)}")
        return np.asarray(x[tuple(np.moveaxis(indices, -1, 0))])

    return run
