# SPDX-License-Identifier: MIT
"""A graph run again and again, as `npucore.ops.Loop` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Loop
from npucore.quantize import Rounding
from npucore.reference.body import program, refuse_body
from npucore.reference.kernel import Judge, Kernel
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Loop) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    if op.condition.outputs[0].dtype != np.bool_:
        return f"a condition of {op.condition.outputs[0].dtype}"
    return refuse_body(op.condition) or refuse_body(op.body)


def prepare(op: Loop, rounding: Rounding) -> Kernel:
    """As often as the condition says."""
    condition, body, count = program(op.condition), program(op.body), len(op.carried)

    def run(*operands: Array) -> tuple[Array, ...]:
        carried, captured = list(operands[:count]), operands[count:]
        while condition.run([*carried, *captured])[0].reshape(-1)[0]:
            carried = body.run([*carried, *captured])
        return tuple(carried)

    return run
