# SPDX-License-Identifier: MIT
"""MatMul."""

from __future__ import annotations

from npucore.ops import BatchMatmul
from npucore.tensor import Tensor
from npucore_onnx.writing.forms import Forms
from npucore_onnx.writing.values import Values


def batch_matmul(op: BatchMatmul, values: Values) -> None:
    """Turned operands are transposed before."""
    operands = [_turned(op.a, op.transpose_a, values), _turned(op.b, op.transpose_b, values)]
    values.put(op.output, "MatMul", operands)


def _turned(tensor: Tensor, turned: bool, values: Values) -> str:
    if not turned:
        return values.real(tensor)
    axes = range(len(tensor.shape))
    order = (*axes[:-2], axes[-1], axes[-2])
    if tensor.is_constant:
        return values.weights(tensor, order)
    name = values.nodes.add("Transpose", [values.stored(tensor)], f"{tensor.name}_t", perm=order)
    if tensor.quantization is None:
        return name
    return values.dequantized(name, tensor.q, tensor.dtype)


FORMS: Forms = {"batch_matmul": batch_matmul}
