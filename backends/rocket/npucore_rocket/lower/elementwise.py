# SPDX-License-Identifier: MIT
"""Two maps, or a map and constants of its shape, value by value -> the element-wise stage.

Each operand goes from its scale to a common unit, so fine that only the output rounds. Source:
facts of 2026-11, 0.10, A8: the stage alone on the RK3588, zero points and scales on a sibling.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from npucore.errors import UnsupportedError
from npucore.ops import Add, Maximum, Minimum, Mul, Subtract
from npucore.quantize import Float64s, Int64s, inner_bounds
from npucore.tensor import Tensor
from npucore_rocket.chip import Chip
from npucore_rocket.layout import Int8s, flip_sign, pack_map
from npucore_rocket.lower.lookup import looked_up
from npucore_rocket.lower.pointwise import Function, Pointwise, Run, Stages, atoms_of
from npucore_rocket.lower.table import STORED
from npucore_rocket.maps import MapShape, map_shape, scratch
from npucore_rocket.quantize import fixed_scale, rounded, zero_point

Pairs = Add | Maximum | Minimum | Mul | Subtract
FACTORS: Float64s = np.arange(32767.0, 16383.0, -1.0)  # of the coarser operand
REACH = 255  # of a stored number from a zero point
MOST_ERROR = 0.45  # LSB, of what scales lose: with a rounding it stays below 1


def combined(op: Pairs, stages: Stages, chip: Chip) -> tuple[Pointwise, ...]:
    """One task for both operands, and a look-up for a clamp inside the output's range."""
    shape = map_shape(op.output)
    if shape is None:
        op.invalid("it is no feature map")
    low, high = (
        inner_bounds(op.activation, op.output) if not isinstance(op, Peers) else (None, None)
    )
    clamped = low is not None or high is not None
    target = scratch(op.output, f"{op.output.name} before its clamp") if clamped else op.output
    step = Pointwise(
        source=_operand(op.a, shape, chip),
        destination=Run(target),
        atoms=atoms_of(shape, chip),
        stages=stages,
        operand=_operand(op.b, shape, chip),
    )
    if not clamped:
        return (step,)
    return (step, looked_up(target, op.output, _kept(low, high, op.output), chip))


def stages_of(op: Pairs) -> Stages:
    """The numbers of the stages. Raises `UnsupportedError` where scales lose too much."""
    if isinstance(op, Mul):
        return _product(op)
    function = FUNCTIONS[type(op)]
    alike = op.a.q.same_as(op.output.q) and op.b.q.same_as(op.output.q)
    if isinstance(op, Peers) and alike and op.a.dtype == op.b.dtype == op.output.dtype:
        return Stages(function=function)
    return _sum(op.a, op.b, op.output, function)


Peers = Maximum | Minimum
FUNCTIONS = {
    Add: Function.ADD,
    Maximum: Function.MAX,
    Minimum: Function.MIN,
    Subtract: Function.MINUS,
}


def _product(op: Mul) -> Stages:
    real = float(op.a.q.scale) * float(op.b.q.scale) / float(op.output.q.scale)
    if (scale := fixed_scale(real)) is None:
        raise UnsupportedError(f"a scale of {real:.3g} has no 15-bit form")
    return Stages(
        addend=-zero_point(op.a),
        function=Function.MUL,
        operand_addend=-zero_point(op.b),
        out_scale=scale,
        out_addend=zero_point(op.output),
    )


def _sum(a: Tensor, b: Tensor, output: Tensor, function: Function) -> Stages:
    """Both operands in one unit: the coarser one's factor is the one with the least error."""
    out = float(output.q.scale)
    coarse, fine = sorted((float(a.q.scale), float(b.q.scale)), reverse=True)
    others = np.rint(FACTORS * fine / coarse)
    units = rounded(coarse / FACTORS / out)
    errors = np.abs(FACTORS * units - coarse / out) + np.abs(others * units - fine / out)
    best = int(np.argmin(errors))
    scale = fixed_scale(coarse / float(FACTORS[best]) / out)
    if scale is None or (lost := float(errors[best]) * REACH) > MOST_ERROR:
        lost = float("inf") if scale is None else lost
        raise UnsupportedError(
            f"scales of {coarse:.3g} and {fine:.3g} to {out:.3g} lose {lost:.2g} LSB, "
            f"at most {MOST_ERROR}"
        )
    factors = int(FACTORS[best]), int(others[best])
    if a.q.scale < b.q.scale:
        factors = factors[::-1]
    return Stages(
        addend=-zero_point(a),
        factor=factors[0],
        function=function,
        operand_addend=-zero_point(b),
        operand_factor=factors[1],
        out_scale=scale,
        out_addend=zero_point(output),
    )


def _kept(low: int | None, high: int | None, output: Tensor) -> Int64s:
    """(256,) stored numbers from -128 on, as the chip sees them, kept between bounds."""
    shift = 128 if output.dtype == np.uint8 else 0
    least, most = (n if b is None else b - shift for b, n in ((low, -128), (high, 127)))
    kept: Int64s = np.clip(STORED.astype(np.int64), least, most)
    return kept


def _operand(tensor: Tensor, shape: MapShape, chip: Chip) -> Run | Int8s:
    return Run(tensor) if tensor.data is None else constant_cube(tensor.data, shape, chip)


def constant_cube(data: Sequence[int] | np.ndarray, shape: MapShape, chip: Chip) -> Int8s:
    """(C1 * H * W * A,) int8: constants as a map of *shape* has them, 0 in the last padding."""
    stored = flip_sign(np.ascontiguousarray(data)).reshape(shape)
    groups = -(-shape.channels // chip.atom_bytes)
    cube = np.zeros((groups, shape.height, shape.width, chip.atom_bytes), np.int8)
    pack_map(stored, cube)
    return cube.reshape(-1)
