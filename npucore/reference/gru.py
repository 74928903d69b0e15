# SPDX-License-Identifier: MIT
"""Gated recurrent units, as `npucore.ops.Gru` defines them."""

from __future__ import annotations

import numpy as np

from npucore.ops import Gru
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel
from npucore.reference.recurrence import (
    clipped,
    gates,
    needed,
    operands,
    refuse_recurrent,
    state,
    steps,
)
from npucore.tensor import Array

JUDGE = Judge.ONNX


def refuse(op: Gru) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    if op.weights.dtype == np.int8:
        return "int8 weights"
    return refuse_recurrent(op)


def prepare(op: Gru, rounding: Rounding) -> Kernel:
    """All input products at once, then step by step."""
    gate, hidden_gate = gates(op)
    cells = op.results[1].shape[1]

    def run(*arrays: Array) -> tuple[Array, Array]:
        of = operands(op, arrays)
        x, weights, recurrent = (needed(op, of, t) for t in (op.input, op.weights, op.recurrent))
        bias, inner = (
            np.zeros(3 * cells, x.dtype) if b is None else b
            for b in (of(op.bias), of(op.recurrent_bias))
        )
        sums = x @ weights.T + bias
        h = state(of(op.first_output), op, cells)
        out = np.zeros(op.results[0].shape, x.dtype)
        first, last = recurrent[: 2 * cells].T, recurrent[2 * cells :].T
        offsets, offset = inner[: 2 * cells], inner[2 * cells :]
        for step, mine in steps(op, of(op.lengths)):
            both = gate(clipped(sums[step, :, : 2 * cells] + (h @ first + offsets), op.clip))
            z, r = both[:, :cells], both[:, cells:]
            seen = r * (h @ last + offset) if op.reset_after else (r * h) @ last + offset
            g = hidden_gate(clipped(sums[step, :, 2 * cells :] + seen, op.clip))
            new = (1 - z) * g + z * h
            h = np.where(mine, new, h)
            out[step] = np.where(mine, new, 0)
        return out, h

    return run
