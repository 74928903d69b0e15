# SPDX-License-Identifier: MIT
"""SHAPE: shapes are fixed here, so it is a constant."""

from __future__ import annotations

import dataclasses

import numpy as np

from npucore.tensor import Tensor
from npucore_tflite.node import Node


def fold_shape(node: Node) -> Tensor:
    """The operand's shape, as the integers that the file declares."""
    if node.output.dtype not in (np.int32, np.int64):
        node.invalid(f"a shape of {node.output.dtype}")
    data = np.array(node.input(0).shape, node.output.dtype)
    return dataclasses.replace(node.output, shape=data.shape, data=data)
