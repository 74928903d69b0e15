# SPDX-License-Identifier: MIT
"""Products of matrices."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from npucore_openvino.call import Built, Call
from npucore_openvino.operators.convolution import weighted_scales
from npucore_openvino.value import Value, Weighted


def matmul(call: Call) -> Built:
    """A layer (Gemm) where a matrix is multiplied by constant weights, else MatMul."""
    a, b = call.value(0), call.value(1)
    transposes = call.flag("transpose_a"), call.flag("transpose_b")
    if b.known is not None and len(a.shape) == len(b.shape) == 2:
        known = b.known if transposes[1] else b.known.moved(np.transpose)
        weights = Value(b.dtype, known.stored.shape, known=known)
        names = [call.named(a), call.named(weights)]
        node = call.writer.add("Gemm", names, transA=transposes[0], transB=1)
        scales = weighted_scales(a.quantized, known)
        weighted = Weighted(node, scales, known.stored.shape[0], 1)
        return Value(a.dtype, call.layer.outputs[0].shape, node.outputs[0], weighted=weighted)
    names = [
        _turned(call, v) if t else call.named(v) for v, t in zip((a, b), transposes, strict=True)
    ]
    return str(call.emit("MatMul", *names))


def _turned(call: Call, value: Value) -> str:
    """With the last two axes exchanged."""
    rank = len(value.shape)
    if rank < 2:
        return call.named(value)
    if value.known is not None:
        known = value.known.moved(lambda part: np.swapaxes(part, -1, -2))
        return call.named(Value(value.dtype, known.stored.shape, known=known))
    order = [*range(rank - 2), rank - 1, rank - 2]
    return str(call.emit("Transpose", call.named(value), perm=order))


def einsum(call: Call) -> Built:
    """The same."""
    return str(call.emit("Einsum", *call.names(), equation=call.text("equation")))


BUILDERS: Mapping[str, Callable[[Call], Built]] = {"Einsum": einsum, "MatMul": matmul}
