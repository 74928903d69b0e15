# SPDX-License-Identifier: MIT
"""DEQUANTIZE."""

from __future__ import annotations

import dataclasses

import numpy as np

from npucore.ops import Dequantize
from npucore.tensor import Tensor
from npucore_tflite.node import Node


def dequantize(node: Node) -> Dequantize:
    """Read the operator."""
    return node.make(
        Dequantize,
        input=node.input(0),
    )


def fold_dequantize(node: Node) -> Tensor | None:
    """Weights stored as float16 are widened when the file is read."""
    source = node.input(0)
    if source.data is None or source.dtype != np.float16 or node.output.dtype != np.float32:
        return None
    return dataclasses.replace(node.output, shape=source.shape, data=source.data.astype(np.float32))
