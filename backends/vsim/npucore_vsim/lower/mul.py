# SPDX-License-Identifier: MIT
"""A value times its own logistic function (SiLU), or times a constant -> one look-up."""

from __future__ import annotations

import operator

import numpy as np

from npucore.graph import Graph
from npucore.ops import Logistic, Mul
from npucore.quantize import stored_range
from npucore_vsim.chip import Chip
from npucore_vsim.lower.constant import has_constant, with_constant
from npucore_vsim.lower.layer import Layer
from npucore_vsim.lower.lookup import lookup
from npucore_vsim.lower.sigmoid import sigmoid
from npucore_vsim.tables import Float64s


def gate(op: Mul, graph: Graph) -> Logistic | None:
    """The logistic function of one operand that is the other; None if they are anything else."""
    for value, factor in ((op.a, op.b), (op.b, op.a)):
        writer = graph.writer.get(factor)
        if isinstance(writer, Logistic) and writer.input is value:
            return writer
    return None


def folded(op: Logistic, graph: Graph) -> bool:
    """Whether multiplications with the operand alone read the result, and compute it themselves."""
    readers = graph.readers.get(op.output, ())
    gates = [isinstance(reader, Mul) and gate(reader, graph) is op for reader in readers]
    return bool(gates) and all(gates) and op.output not in graph.outputs


def lower(op: Mul, graph: Graph, chip: Chip) -> list[Layer]:
    """One layer. The factor is rounded and kept in its own range, as if it had been stored."""
    if has_constant(op):
        return with_constant(op, operator.mul)
    logistic = gate(op, graph)
    if logistic is None:
        op.invalid("its operands are not a value and its logistic function")
    factor = logistic.output
    scale, zero = float(factor.q.scale), int(factor.q.zero_point)
    low, high = stored_range(factor.dtype)

    def swish(x: Float64s) -> Float64s:
        stored = np.clip(np.rint(sigmoid(x) / scale) + zero, low, high)
        value: Float64s = x * ((stored - zero) * scale)
        return value

    return lookup(logistic.input, op.output, swish)
