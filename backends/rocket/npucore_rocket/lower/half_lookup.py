# SPDX-License-Identifier: MIT
"""Functions of a real number between 0 and 1 -> the look-up table in fp16, by the DPU alone.

Index units are a number times `UNITS`, LE from -11 to 0 and LO from 0 to 11: beyond, a result is
that of the end. An entry is 32768 times the result, less the 1 that the converter adds. No entry is
0, which one party has read as another number, and no two neighbours are equal, which spikes.
Source: rocket hardware reference 6.8 (fp16, one party's boards); facts of 2026-11, A7.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import numpy as np

from npucore.ops import Erf, Gelu, Logistic, Op, Tanh
from npucore.quantize import Float64s
from npucore.rewrite.error_function import erf
from npucore.rewrite.functions import CUBIC
from npucore.tensor import Tensor
from npucore_rocket.chip import Chip
from npucore_rocket.layout import Int16s
from npucore_rocket.lower.half_windows import Step, depthwise, shape_of, whole_atoms
from npucore_rocket.lower.pointwise import Function, Pointwise, Run, Stages
from npucore_rocket.lower.table import ENTRIES, halved, without_flats
from npucore_rocket.maps import scratch

Curve = Callable[[Float64s], Float64s]
UNITS = 1489  # of 1, a number that fp16 has: 512 steps of 32 of them reach to 11.0
STEP = 32
UNIT_BITS = 15  # of an entry
ADDED = 1  # by the converter, before it multiplies by 2**-15
LEAST, MOST = 2, (1 << UNIT_BITS) - 1


def _logistic(x: Float64s) -> Float64s:
    found: Float64s = 0.5 + np.tanh(x / 2) / 2
    return found


def _normal(x: Float64s) -> Float64s:
    """The share of a normal distribution below *x*."""
    found: Float64s = 0.5 + erf(x / math.sqrt(2)) / 2
    return found


CURVES: dict[str, Curve] = {
    "logistic": _logistic,
    "steep logistic": lambda x: _logistic(2 * x),
    "normal": _normal,
    "narrow normal": lambda x: _normal(math.sqrt(2) * x),
    "nearly normal": lambda x: _logistic(2 * math.sqrt(2 / math.pi) * (x + CUBIC * x**3)),
}
"""Functions from 0 to 1."""


def lower(op: Op, chip: Chip) -> tuple[Step, ...]:
    """One look-up, and a layer or a product behind it where the function has other values."""
    match op:
        case Logistic():
            return (_looked_up(op.input, op.output, "logistic", chip),)
        case Tanh():
            return tuple(_doubled(op.input, op.output, "steep logistic", chip))
        case Erf():
            return tuple(_doubled(op.input, op.output, "narrow normal", chip))
        case Gelu():
            return tuple(_gated(op, "nearly normal" if op.approximate else "normal", chip))
    return op.invalid("rocket has no table of fp16 for it")


def _doubled(source: Tensor, output: Tensor, curve: str, chip: Chip) -> Iterator[Step]:
    """Twice the curve, less 1."""
    shape = shape_of(output)
    half = scratch(output, f"{output.name}, half of it and of 1")
    yield _looked_up(source, half, curve, chip)
    taps = np.full((shape.channels, 1, 1), 2, np.float16)
    layer = depthwise(half, shape, output, shape, taps, (1, 1))
    yield replace(layer, bias=np.full(shape.channels, -1, np.float32))


def _gated(op: Gelu, curve: str, chip: Chip) -> Iterator[Step]:
    """A number times its curve."""
    gate = scratch(op.output, f"{op.output.name}: its gate")
    yield _looked_up(op.input, gate, curve, chip)
    product = Stages(function=Function.MUL)
    atoms = whole_atoms(shape_of(op.output), chip)
    yield Pointwise(Run(op.input), Run(op.output), atoms, product, operand=Run(gate))


def _looked_up(source: Tensor, output: Tensor, curve: str, chip: Chip) -> Pointwise:
    atoms = whole_atoms(shape_of(output), chip)
    return Pointwise(Run(source), Run(output), atoms, table=table(curve))


@cache
def table(curve: str) -> Int16s:
    """(2, 513): LE, then LO, of one of `CURVES`.

    >>> le, lo = table("logistic")
    >>> le[[0, 512]].tolist(), lo[[0, 512]].tolist()
    ([2, 16383], [16383, 32765])
    """
    x: Float64s = (np.arange(2 * ENTRIES - 1.0) - (ENTRIES - 1)) * (STEP / UNITS)
    entries: Float64s = np.rint(CURVES[curve](x) * (1 << UNIT_BITS)) - ADDED
    return halved(without_flats(np.clip(entries, LEAST, MOST).astype(np.int64)))
