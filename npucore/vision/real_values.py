# SPDX-License-Identifier: MIT
"""What stored integers stand for."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from npucore.quantize import round_half_away, stored_range
from npucore.tensor import Array, Tensor


def real_values(stored: Array, tensor: Tensor) -> npt.NDArray[np.float32]:
    """``scale * (stored - zero_point)`` in the shape of *stored*; as it is without a quantization.

    >>> from npucore.tensor import Quantization
    >>> q = Quantization.per_tensor(0.5, -128)
    >>> real_values(np.array([-128, 2], np.int8), Tensor("x", (2,), np.dtype(np.int8), q))
    array([ 0., 65.], dtype=float32)
    """
    if tensor.quantization is None:
        return stored.astype(np.float32)
    scale, zero_point = tensor.q.scale, tensor.q.zero_point
    if tensor.q.axis is not None:
        along = [1] * stored.ndim
        along[tensor.q.axis] = -1
        scale, zero_point = scale.reshape(along), zero_point.reshape(along)
    return (stored.astype(np.float32) - zero_point.astype(np.float32)) * scale


def stored_values(real: Array, tensor: Tensor) -> Array:
    """*real* values as *tensor*, floating or quantized per tensor, stores them; clipped, half away.

    >>> from npucore.tensor import Quantization
    >>> q = Quantization.per_tensor(0.5, -128)
    >>> stored_values(np.array([0.0, 65.0, 1e3]), Tensor("x", (3,), np.dtype(np.int8), q))
    array([-128,    2,  127], dtype=int8)
    """
    if tensor.dtype.kind == "f":
        return real.astype(tensor.dtype)
    low, high = stored_range(tensor.dtype)
    stored = round_half_away(real / tensor.q.scale) + tensor.q.zero_point
    return np.clip(stored, low, high).astype(tensor.dtype)
