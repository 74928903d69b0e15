# SPDX-License-Identifier: MIT
"""ReduceProd, ReduceMin and ReduceLogSumExp."""

from __future__ import annotations

import numpy as np

from npucore.ops import Reduce, Reduction
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.reduction import reduced
from npucore_onnx.value import Value


def reduce_prod(node: Node) -> Value:
    """The function `product`."""
    return reduced(node, Reduce, node.value(0), function=Reduction.PRODUCT)


def reduce_min(node: Node) -> Value:
    """The function `min`; of booleans `all`."""
    value = node.value(0)
    chosen = Reduction.ALL if value.dtype == np.bool_ else Reduction.MIN
    return reduced(node, Reduce, value, function=chosen)


def reduce_log_sum_exp(node: Node) -> Value:
    """The function `log_sum_exp`, without overflow."""
    return reduced(node, Reduce, node.value(0), function=Reduction.LOG_SUM_EXP)


OPERATORS: Operators = {
    "ReduceLogSumExp": reduce_log_sum_exp,
    "ReduceMin": reduce_min,
    "ReduceProd": reduce_prod,
}
