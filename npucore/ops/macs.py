# SPDX-License-Identifier: MIT
"""How much work an op is."""

from __future__ import annotations

from npucore.ops.base import Op
from npucore.ops.batch_matmul import BatchMatmul
from npucore.ops.convolution import Convolution
from npucore.ops.fully_connected import FullyConnected
from npucore.ops.transpose_convolution import TransposeConvolution


def macs(op: Op) -> int | None:
    """Multiply-accumulates of one inference; None for an op that is not made of them.

    What the op's own formula multiplies: borders count, and no hardware's padding does.
    """
    match op:
        case Convolution(weights=weights, output=output):
            return output.elements * weights.elements // max(weights.shape[0], 1)
        case TransposeConvolution(weights=weights):
            return op.input.elements * weights.elements // max(weights.shape[3], 1)
        case FullyConnected(input=source, weights=weights):
            return source.elements * weights.shape[0]
        case BatchMatmul(a=a, output=output):
            return output.elements * a.shape[-2 if op.transpose_a else -1]
    return None
