# SPDX-License-Identifier: MIT
"""What stored integers stand for."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

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
