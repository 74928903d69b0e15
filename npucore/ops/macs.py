# SPDX-License-Identifier: MIT
"""How much work an op is."""

from __future__ import annotations

import math

from npucore.ops.base import Op
from npucore.ops.batch_matmul import BatchMatmul
from npucore.ops.convolution import Convolution
from npucore.ops.convolution_3d import Convolution3d
from npucore.ops.einsum import Einsum
from npucore.ops.fully_connected import FullyConnected
from npucore.ops.gru import Gru
from npucore.ops.lstm import Lstm
from npucore.ops.rnn import Rnn
from npucore.ops.transpose_convolution import TransposeConvolution


def macs(op: Op) -> int | None:
    """Multiply-accumulates of one inference; None for an op that is not made of them.

    What the op's own formula multiplies: borders count, and no hardware's padding does. None for a
    loop as well, whose number of turns is not known beforehand, and for a branch.
    """
    match op:
        case Convolution(weights=weights, output=output):
            return output.elements * weights.elements // max(weights.shape[0], 1)
        case TransposeConvolution(weights=weights):
            return op.input.elements * weights.elements // max(weights.shape[3], 1)
        case Convolution3d(weights=weights, transposed=True):
            return op.input.elements * weights.elements // max(weights.shape[4], 1)
        case Convolution3d(weights=weights, output=output):
            return output.elements * weights.elements // max(weights.shape[4], 1)
        case FullyConnected(input=source, weights=weights):
            return source.elements * weights.shape[0]
        case BatchMatmul(a=a, output=output):
            return output.elements * a.shape[-2 if op.transpose_a else -1]
        case Einsum():
            return _products(op)
        case Lstm() | Gru() | Rnn():
            matrices = [op.weights, op.recurrent, getattr(op, "projection", None)]
            steps, batch, _ = op.input.shape
            return steps * batch * sum(m.elements for m in matrices if m is not None)
    return None


def _products(op: Einsum) -> int | None:
    """One for every index and every operand but the first."""
    sizes: dict[int, int] = {}
    for names, operand in zip(op.names, op.operands, strict=True):
        for name, size in zip(names, operand.shape, strict=True):
            sizes[name] = max(sizes.get(name, 0), size)
    return math.prod(sizes.values()) * (len(op.operands) - 1) or None
