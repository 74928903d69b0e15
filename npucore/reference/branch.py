# SPDX-License-Identifier: MIT
"""One of two graphs, as `npucore.ops.Branch` defines it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from npucore.errors import UnsupportedError
from npucore.ops import Branch, Foreign
from npucore.ops.base import Body
from npucore.quantize import Rounding
from npucore.reference.body import program, refuse_body
from npucore.reference.kernel import Judge, Kernel
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Branch) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    if op.condition.dtype != np.bool_:
        return f"a condition of {op.condition.dtype}"
    bodies = [body for body in (op.then, op.other) if _unreadable(body) is None]
    return next(filter(None, map(refuse_body, bodies)), None)


def prepare(op: Branch, rounding: Rounding) -> Kernel:
    """Only the branch that is taken is run."""
    then, other = _kernel(op.then), _kernel(op.other)

    def run(condition: Array, *operands: Array) -> tuple[Array, ...]:
        return (then if condition.reshape(-1)[0] else other)(*operands)

    return run


def _unreadable(body: Body) -> str | None:
    """Why a graph could not be read, or None."""
    (*_, last) = body.ops or (None,)
    return last.reason if isinstance(last, Foreign) and len(body.ops) == 1 else None


def _kernel(body: Body) -> Callable[..., tuple[Array, ...]]:
    if reason := _unreadable(body):

        def fail(*operands: Array) -> tuple[Array, ...]:
            raise UnsupportedError(f"the branch that is taken cannot be run: {reason}")

        return fail
    graph = program(body)
    return lambda *operands: tuple(graph.run(operands))
