# SPDX-License-Identifier: MIT
"""Ops of two operands, one of which is a constant of one value -> look-ups."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from npucore.ops import Add, Mul, Subtract
from npucore.quantize import REAL_BOUNDS
from npucore.tensor import Tensor
from npucore_vsim.lower.layer import Layer
from npucore_vsim.lower.lookup import lookup
from npucore_vsim.tables import Float64s

Binary = Add | Mul | Subtract
BINARY = (Add, Mul, Subtract)


def has_constant(op: Binary) -> bool:
    """Whether one operand alone is computed, and the other is one number."""
    values = [value(operand) for operand in (op.a, op.b)]
    return sum(found is not None for found in values) == 1


def value(tensor: Tensor) -> float | None:
    """The real number that a constant holds everywhere; None for anything else."""
    if (
        not tensor.is_constant
        or tensor.quantization is None
        or tensor.quantization.axis is not None
    ):
        return None
    stored = np.unique(np.asarray(tensor.data))
    if stored.size != 1:
        return None
    return float((int(stored[0]) - int(tensor.q.zero_point)) * float(tensor.q.scale))


def with_constant(
    op: Binary, function: Callable[[Float64s | float, Float64s | float], Float64s | float]
) -> list[Layer]:
    """One layer: *function* of both operands' real numbers, and the activation."""
    a, b = value(op.a), value(op.b)
    bounds = REAL_BOUNDS[op.activation]
    computed = op.a if a is None else op.b

    def real(x: Float64s) -> Float64s:
        result: Float64s = np.clip(function(x if a is None else a, x if b is None else b), *bounds)
        return result

    return lookup(computed, op.output, real)
