# SPDX-License-Identifier: MIT
"""16-bit floats: computed in float32, and 16 bits wide at the ends of the graph only."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from npucore.tensor import Array

FLOAT16, BFLOAT16 = 10, 16  # onnx.TensorProto.DataType
WIDE = np.dtype(np.float32)
NOTE = "16-bit floats are computed in float32"


@functools.cache
def bfloat16() -> np.dtype[Any]:
    """Numpy's dtype for it, which comes with the onnx package."""
    import ml_dtypes

    dtype: np.dtype[Any] = np.dtype(ml_dtypes.bfloat16)
    return dtype


def is_half(dtype: np.dtype[Any]) -> bool:
    """Whether *dtype* is a float of 16 bits."""
    return dtype == np.float16 or (dtype.kind == "V" and dtype == bfloat16())


def computed(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype in which numbers declared as *dtype* are computed."""
    return WIDE if is_half(dtype) else dtype


def widened(array: Array) -> Array:
    """A constant in the dtype in which it is computed."""
    return array.astype(WIDE) if is_half(array.dtype) else array
