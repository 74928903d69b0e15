# SPDX-License-Identifier: MIT
"""One of two graphs, as `npucore.ops.Branch` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Branch
from npucore.quantize import Rounding
from npucore.reference.body import program, refuse_body
from npucore.reference.kernel import Kernel
from npucore.tensor import Array


def refuse(op: Branch) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    if op.condition.dtype != np.bool_:
        return f"a condition of {op.condition.dtype}"
    return refuse_body(op.then) or refuse_body(op.other)


def prepare(op: Branch, rounding: Rounding) -> Kernel:
    """Only the branch that is taken is run."""
    then, other = program(op.then), program(op.other)

    def run(condition: Array, *operands: Array) -> tuple[Array, ...]:
        chosen = then if condition.reshape(-1)[0] else other
        return tuple(chosen.run(operands))

    return run
