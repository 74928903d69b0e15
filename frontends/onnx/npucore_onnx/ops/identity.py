# SPDX-License-Identifier: MIT
"""Identity, and Dropout outside of training."""

from __future__ import annotations

import numpy as np

from npucore.tensor import Tensor
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value


def identity(node: Node) -> Value:
    """The operand itself."""
    return node.value(0)


def dropout(node: Node) -> tuple[Value, ...]:
    """The operand itself, and a mask that drops nothing."""
    if node.opset >= 12 and node.optional(2) is not None and node.scalar(2, 0):
        node.unsupported("training")
    value = node.value(0)
    if not node.wants(1):
        return (value,)
    mask = np.broadcast_to(np.True_, value.shape)
    kept = Tensor(node.result_name(1), value.shape, mask.dtype, None, mask)
    return value, Value.of(kept)


OPERATORS: Operators = {
    "Dropout": dropout,
    "Identity": identity,
}
