# SPDX-License-Identifier: MIT
"""A plain recurrent network, as `npucore.ops.Rnn` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Rnn
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel
from npucore.reference.recurrence import (
    clipped,
    gates,
    needed,
    operands,
    product,
    refuse_recurrent,
    state,
    steps,
)
from npucore.tensor import Array

JUDGE = Judge.ONNX


def refuse(op: Rnn) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return refuse_recurrent(op)


def prepare(op: Rnn, rounding: Rounding) -> Kernel:
    """All input products at once, then step by step."""
    (gate,) = gates(op)
    by_input, by_state = product(op, op.weights), product(op, op.recurrent)

    def run(*arrays: Array) -> tuple[Array, Array]:
        of = operands(op, arrays)
        x, weights, recurrent = (needed(op, of, t) for t in (op.input, op.weights, op.recurrent))
        bias = of(op.bias)
        sums = by_input(x, weights) + (0 if bias is None else bias)
        h = state(of(op.first_output), op, op.results[1].shape[1])
        out = np.zeros(op.results[0].shape, x.dtype)
        for step, mine in steps(op, of(op.lengths)):
            new = gate(clipped(sums[step] + by_state(h, recurrent), op.clip))
            h = np.where(mine, new, h)
            out[step] = np.where(mine, new, 0)
        return out, h

    return run
