# SPDX-License-Identifier: MIT
"""BUCKETIZE."""

from __future__ import annotations

import dataclasses

import numpy as np
import tflite

from npucore.ops import Cast, Op, Pairwise, PairwiseFunction, ReduceSum, Reshape
from npucore.tensor import Tensor
from npucore_tflite.node import Node, Operators


def bucketize(node: Node) -> Op:
    """How many of the boundaries each number has reached."""
    option = node.options(tflite.BucketizeOptions, "BoundariesAsNumpy")["BoundariesAsNumpy"]
    numbers = np.zeros(0, np.float32) if isinstance(option, int) else np.asarray(option)
    x = node.input(0)
    if x.dtype.kind in "iu":  # an integer reaches a boundary if it reaches the next integer
        numbers = np.ceil(numbers.astype(np.float64)).astype(x.dtype)
    data = numbers.astype(x.dtype)
    limits = Tensor("boundaries", data.shape, data.dtype, None, data)
    column = node.emit(Reshape, "column", shape=(*x.shape, 1), input=x)
    a, b = node.alike(limits, column)
    reached = node.emit(
        Pairwise,
        "reached",
        dtype=np.dtype(np.bool_),
        a=a,
        b=b,
        function=PairwiseFunction.LESS_EQUAL,
    )
    counted = node.emit(Cast, "counted", dtype=np.dtype(np.int32), input=reached)
    total = node.make(ReduceSum, input=counted, axes=(len(x.shape),), keep_axes=False)
    return dataclasses.replace(total)


OPERATORS: Operators = {"BUCKETIZE": bucketize}
