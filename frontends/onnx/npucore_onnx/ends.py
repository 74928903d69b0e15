# SPDX-License-Identifier: MIT
"""The ends of the graph, where floats may be 16 bits wide."""

from __future__ import annotations

from typing import Any

import numpy as np

from npucore.ops import Cast
from npucore.tensor import Tensor
from npucore_onnx.assembly import Assembly
from npucore_onnx.halves import WIDE, is_half


def widened_input(assembly: Assembly, tensor: Tensor) -> Tensor:
    """The tensor that the graph reads in the place of its input."""
    if not is_half(tensor.dtype):
        return tensor
    return assembly.emit(Cast, f"{tensor.name}/float32", WIDE, input=tensor)


def narrowed_output(assembly: Assembly, tensor: Tensor, name: str, dtype: np.dtype[Any]) -> Tensor:
    """The tensor that the graph returns for an output declared as *dtype*."""
    if not is_half(dtype) or tensor.dtype != WIDE:
        return tensor
    if tensor.data is not None:
        data = tensor.data.astype(dtype)
        return Tensor(name, data.shape, dtype, None, data)
    return assembly.emit(Cast, name, dtype, input=tensor)
