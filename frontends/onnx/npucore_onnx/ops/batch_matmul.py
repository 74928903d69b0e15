# SPDX-License-Identifier: MIT
"""MatMul of two computed tensors."""

from __future__ import annotations

import numpy as np

from npucore.ops import BatchMatmul
from npucore_onnx.node import Node
from npucore_onnx.value import Value, plain


def product(node: Node, a: Value, b: Value) -> Value:
    """Leading axes are broadcast; a vector is a matrix of one row or column."""
    node.require(a.rank >= 1 and b.rank >= 1, f"operands of shapes {a.shape} and {b.shape}")
    if node.stored is not None and "relu" in node.activation:
        node.unsupported(f"a clamp ({node.activation}) behind a product of computed tensors")
    left = a.shape if a.rank > 1 else (1, *a.shape)
    right = b.shape if b.rank > 1 else (*b.shape, 1)
    try:
        batch = np.broadcast_shapes(left[:-2], right[:-2])
    except ValueError:
        node.invalid(f"operands of shapes {a.shape} and {b.shape}")
    operands = []
    for value, matrix in ((a, left), (b, right)):
        tensor = node.assembly.arranged(value, plain(value.rank))
        if node.stored is not None:
            tensor = node.assembly.flipped(tensor, node.stored[1])
        wide = Value.of(node.assembly.reshaped(tensor, matrix))
        shape = (*batch, *matrix[-2:])
        operands.append(node.assembly.broadcast(wide, shape, plain(len(shape))))
    result = node.emit(BatchMatmul, a=operands[0], b=operands[1]).tensor
    shape = (*batch, *left[-2:-1] * (a.rank > 1), *right[-1:] * (b.rank > 1))
    return Value.of(node.assembly.reshaped(result, shape))
