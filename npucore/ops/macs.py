# SPDX-License-Identifier: MIT
"""How much work an op is."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from npucore.ops.base import Op

if TYPE_CHECKING:  # a network has few of them
    from npucore.ops import (
        BatchMatmul,
        Convolution,
        Convolution3d,
        Einsum,
        FullyConnected,
        Gru,
        Lstm,
        Rnn,
        TransposeConvolution,
    )


def macs(op: Op) -> int | None:
    """Multiply-accumulates of one inference; None for an op that is not made of them.

    What the op's own formula multiplies: borders count, and no hardware's padding does. None for a
    loop as well, whose number of turns is not known beforehand, and for a branch.
    """
    count = COUNTS.get(op.name)
    return None if count is None else count(op)


def _convolution(op: Convolution) -> int:
    return op.output.elements * op.weights.elements // max(op.weights.shape[0], 1)


def _transpose_convolution(op: TransposeConvolution) -> int:
    return op.input.elements * op.weights.elements // max(op.weights.shape[3], 1)


def _convolution_3d(op: Convolution3d) -> int:
    pixels = op.input if op.transposed else op.output
    return pixels.elements * op.weights.elements // max(op.weights.shape[4], 1)


def _fully_connected(op: FullyConnected) -> int:
    return op.input.elements * op.weights.shape[0]


def _batch_matmul(op: BatchMatmul) -> int:
    return op.output.elements * op.a.shape[-2 if op.transpose_a else -1]


def _recurrent(op: Lstm | Gru | Rnn) -> int:
    matrices = [op.weights, op.recurrent, getattr(op, "projection", None)]
    steps, batch, _ = op.input.shape
    return steps * batch * sum(m.elements for m in matrices if m is not None)


def _einsum(op: Einsum) -> int | None:
    """One for every index and every operand but the first."""
    sizes: dict[int, int] = {}
    for names, operand in zip(op.names, op.operands, strict=True):
        for name, size in zip(names, operand.shape, strict=True):
            sizes[name] = max(sizes.get(name, 0), size)
    return math.prod(sizes.values()) * (len(op.operands) - 1) or None


COUNTS: Mapping[str, Callable[..., int | None]] = {
    "batch_matmul": _batch_matmul,
    "convolution": _convolution,
    "convolution_3d": _convolution_3d,
    "einsum": _einsum,
    "fully_connected": _fully_connected,
    "gru": _recurrent,
    "lstm": _recurrent,
    "rnn": _recurrent,
    "transpose_convolution": _transpose_convolution,
}
"""By the name of the op."""
