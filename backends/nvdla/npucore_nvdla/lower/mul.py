# SPDX-License-Identifier: MIT
"""Products: by a constant number, or by a map whose real 0 is stored as 0.

The chip multiplies by stored values, and has nothing that would take a second zero point away.
"""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Mul
from npucore.quantize import activation_bounds
from npucore.tensor import Tensor
from npucore_nvdla.chip import Chip
from npucore_nvdla.lower.layer import Compute, Layer, Points, Stage
from npucore_nvdla.lower.lookup import function_of
from npucore_nvdla.lower.lookup import lower as lookup
from npucore_nvdla.lower.points import clamped
from npucore_nvdla.maps import region
from npucore_nvdla.quantize import bounds, fraction, zero_point


def operands(op: Mul) -> tuple[Tensor, Tensor] | None:
    """(map, factor), the factor one constant number or stored around 0; None if there is none."""
    for source, factor in ((op.a, op.b), (op.b, op.a)):
        if source.is_constant:
            continue
        if constant(factor) is not None or (not factor.is_constant and not zero_point(factor)):
            return source, factor
    return None


def constant(factor: Tensor) -> float | None:
    """The real number that all of a constant is."""
    if factor.data is None or not factor.elements or (factor.data != factor.data.flat[0]).any():
        return None
    stored = int(factor.data.flat[0]) - int(factor.q.zero_point)
    return stored * float(factor.q.scale)


def lower(op: Mul, graph: Graph, chip: Chip) -> list[Layer]:
    """One layer, and what is left of a clamp; with a table, that is in it."""
    if chip.tables and function_of(op, graph) is not None:
        return lookup(op, graph, chip)
    found = operands(op)
    if found is None:
        op.invalid("it has no operand that the chip multiplies by")
    source, factor = found
    ratio = float(source.q.scale) / float(op.output.q.scale)
    number = constant(factor)
    zero, target = zero_point(op.output), region(op.output)
    if number is not None:
        scale, shift = fraction(ratio * number)
        first = Stage(addend=-zero_point(source), factor=scale, factor_shift=shift)
        points = Points(first, offset=-zero)
    else:
        scale, shift = fraction(ratio * float(factor.q.scale))
        first = Stage(addend=-zero_point(source), factor=region(factor, target.shape))
        exact = scale * 2.0**-shift
        points = Points(first, None, -round(zero / exact), scale, shift)
    layer = Compute(region(source, target.shape), target, points)
    clamp = bounds(op.output, activation_bounds(op.activation, op.output))
    return [layer, *clamped(op.output, clamp)]
