# SPDX-License-Identifier: MIT
"""TopK."""

from __future__ import annotations

import numpy as np

from npucore.ops import TopK
from npucore.tensor import Tensor
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.softmax import last
from npucore_onnx.value import Value

PLACES = np.dtype(np.int64)


def top_k(node: Node) -> tuple[Value, Value]:
    """Read the operator; the count is a constant, and the result is always sorted."""
    value = node.value(0)
    node.require(value.rank >= 1, "the largest of a scalar")
    axis = node.axis(node.integer("axis", -1), value.rank)
    count = node.integer("k") if node.opset < 10 else int(node.scalar(1, 0))
    order = last(value, axis)
    source = node.assembly.arranged(value, order)
    node.require(0 <= count <= source.shape[-1], f"{count} of {source.shape[-1]}")
    shape = (*source.shape[:-1], count)
    results = (
        Tensor(node.result_name(0), shape, source.dtype, source.quantization),
        Tensor(f"{node.label}/places", shape, PLACES),
    )
    largest = bool(node.integer("largest", 1))
    node.assembly.add(TopK(input=source, results=results, count=count, largest=largest))
    return Value(results[0], order), Value(results[1], order)


OPERATORS: Operators = {"TopK": top_k}
