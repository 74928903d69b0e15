# SPDX-License-Identifier: MIT
"""DEQUANTIZE."""

from __future__ import annotations

import numpy as np

from npucore.ops import Dequantize
from npucore.tensor import Array, Tensor
from npucore_tflite.node import Folders, Node, Operators


def dequantize(node: Node) -> Dequantize:
    """Read the operator."""
    return node.make(Dequantize, input=node.input(0))


def fold_dequantize(node: Node) -> Tensor | None:
    """Weights stored as float16 or as integers become float32 when the file is read.

    Source: TFLite reference Dequantize, PerChannelDequantize.
    """
    source = node.input(0)
    if source.data is None or node.output.dtype != np.float32:
        return None
    node.reserve(3 * source.elements)
    if source.dtype == np.float16:
        data: Array = source.data.astype(np.float32)
    elif source.dtype.kind in "iu" and source.quantization is not None:
        data = _real(source, source.data)
    else:
        return None
    return Tensor(node.output.name, data.shape, data.dtype, None, data)


def _real(source: Tensor, data: Array) -> Array:
    """``double(scale) * (stored - zero_point)``; per channel in float32."""
    q = source.q
    if q.axis is None:
        return (float(q.scale) * (data.astype(np.int64) - int(q.zero_point))).astype(np.float32)
    shape = [1] * data.ndim
    shape[q.axis] = -1
    centred = data.astype(np.int64) - q.zero_point.reshape(shape)
    real: Array = centred.astype(np.float32) * q.scale.reshape(shape)
    return real


OPERATORS: Operators = {"DEQUANTIZE": dequantize}


FOLDERS: Folders = {"DEQUANTIZE": fold_dequantize}
