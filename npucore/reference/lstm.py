# SPDX-License-Identifier: MIT
"""Long short-term memory, as `npucore.ops.Lstm` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Lstm
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


def refuse(op: Lstm) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return refuse_recurrent(op)


def prepare(op: Lstm, rounding: Rounding) -> Kernel:
    """All input products at once, then step by step."""
    gate, cell_gate, output_gate = gates(op)
    by_input, by_state = product(op, op.weights), product(op, op.recurrent)
    by_cell = product(op, op.projection)
    cells, size = op.results[2].shape[1], op.results[1].shape[1]

    def run(*arrays: Array) -> tuple[Array, Array, Array]:
        of = operands(op, arrays)
        x, weights, recurrent = (needed(op, of, t) for t in (op.input, op.weights, op.recurrent))
        bias, peepholes = of(op.bias), of(op.peepholes)
        pi, po, pf = (
            np.zeros((3, cells), x.dtype) if peepholes is None else peepholes.reshape(3, -1)
        )
        sums = by_input(x, weights) + (0 if bias is None else bias)
        projection, shift = of(op.projection), of(op.projection_bias)
        h, c = state(of(op.first_output), op, size), state(of(op.first_cell), op, cells)
        out = np.zeros(op.results[0].shape, x.dtype)
        for step, mine in steps(op, of(op.lengths)):
            each = sums[step] + by_state(h, recurrent)
            i, o, f, g = (each[:, place * cells : (place + 1) * cells] for place in range(4))
            i, f = gate(clipped(i + pi * c, op.clip)), gate(clipped(f + pf * c, op.clip))
            new = clipped(f * c + i * cell_gate(clipped(g, op.clip)), op.cell_clip)
            o = gate(clipped(o + po * new, op.clip))
            said = o * output_gate(new)
            if projection is not None:
                said = by_cell(said, projection) + (0 if shift is None else shift)
                said = clipped(said, op.projection_clip)
            h, c = np.where(mine, said, h), np.where(mine, new, c)
            out[step] = np.where(mine, said, 0)
        return out, h, c

    return run
