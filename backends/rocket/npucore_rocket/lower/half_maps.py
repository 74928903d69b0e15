# SPDX-License-Identifier: MIT
"""Ops on maps of real numbers -> the element-wise stage, copies, and depthwise kernels of fp16."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from npucore.ops import (
    Activation,
    Add,
    Broadcast,
    Concatenation,
    Div,
    HSwish,
    Maximum,
    Mean,
    Minimum,
    Mul,
    Op,
    Pad,
    Pooling,
    PoolingType,
    Relu,
    Subtract,
)
from npucore.tensor import Array, Shape, Tensor
from npucore_rocket.chip import Chip
from npucore_rocket.layout import Int8s, ceil_to, pack_halves
from npucore_rocket.lower.half_windows import (
    Step,
    average,
    depthwise,
    largest,
    mean,
    shape_of,
    whole_atoms,
)
from npucore_rocket.lower.halves import CLAMPS, checked_halves
from npucore_rocket.lower.layer import Float32s, Layer
from npucore_rocket.lower.pointwise import Function, Pointwise, Run, Stages, atoms_of
from npucore_rocket.lower.pooling import is_whole
from npucore_rocket.maps import MapShape, scratch

Pairs = Add | Maximum | Minimum | Mul | Subtract
FUNCTIONS: dict[type[Op], Function] = {
    Add: Function.ADD,
    Maximum: Function.MAX,
    Minimum: Function.MIN,
    Mul: Function.MUL,
    Subtract: Function.MINUS,
}


def steps(op: Op, chip: Chip) -> tuple[Step, ...]:
    """The steps of an op that the rules have accepted; *chip* as it computes with fp16."""
    match op:
        case Add() | Div() | Mul() | Subtract() if (folded := _folded(op)) is not None:
            return (folded,)
        case Add() | Maximum() | Minimum() | Mul() | Subtract():
            return tuple(_pair(op, chip))
        case Broadcast():
            return tuple(_for_all_pixels(op, chip))
        case Concatenation():
            return tuple(_side_by_side(op, chip))
        case HSwish():
            return tuple(_hard_swish(op, chip))
        case Mean():
            return tuple(mean(op))
        case Pad():
            return tuple(_padded(op, chip))
        case Pooling() if op.type is PoolingType.AVERAGE and is_whole(op):
            return tuple(mean(op))
        case Pooling() if op.type is PoolingType.AVERAGE:
            return (average(op),)
        case Pooling():
            return tuple(largest(op, chip))
        case Relu():
            return (clamped(op.input, op.output, op.activation),)
    return op.invalid("rocket has no steps of fp16 for it")


def _pair(op: Pairs, chip: Chip) -> Iterator[Step]:
    """One task for both operands, whole steps of channels, and a clamp behind it."""
    shape = shape_of(op.output)
    activation = getattr(op, "activation", Activation.NONE)
    target = op.output
    if activation is not Activation.NONE:
        target = scratch(op.output, f"{op.output.name} before its clamp")
    first, second = (_operand(each, op.output.shape, shape, chip) for each in (op.a, op.b))
    stages = Stages(function=FUNCTIONS[type(op)])
    yield Pointwise(first, Run(target), whole_atoms(shape, chip), stages, operand=second)
    if target is not op.output:
        yield clamped(target, op.output, activation)


def _folded(op: Add | Div | Mul | Subtract) -> Layer | None:
    """A number for each channel as a weight or a bias of depthwise kernels; None for none."""
    (mapped, constant) = (op.b, op.a) if op.a.is_constant else (op.a, op.b)
    shape = shape_of(op.output)
    if constant.data is None or (isinstance(op, Div | Subtract) and constant is op.a):
        return None
    each = per_channel(constant.data, shape.channels)
    if each is None:
        return None
    scale: Float32s = np.ones_like(each)
    bias: Float32s = np.zeros_like(each)
    match op:
        case Add():
            bias = each
        case Subtract():
            bias = -each
        case Mul():
            scale = each
        case Div():
            with np.errstate(divide="ignore"):  # infinity has no weight
                scale = np.float32(1) / each
    taps = checked_halves(scale).reshape(-1, 1, 1)
    layer = depthwise(mapped, shape, op.output, shape, taps, (1, 1))
    relu, top = CLAMPS[op.activation]
    return replace(layer, bias=bias, relu=relu, relu_top=top)


def per_channel(data: Array, channels: int) -> Float32s | None:
    """(C,) float32: the number of each channel; None if it varies from pixel to pixel."""
    rows = data.reshape(-1, channels if data.size % channels == 0 else 1)
    if (rows != rows[:1]).any():
        return None
    return np.broadcast_to(rows[0], channels).astype(np.float32)


def _for_all_pixels(op: Broadcast, chip: Chip) -> Iterator[Step]:
    """Ones times the number of each channel, surface by surface."""
    pixels = shape_of(op.output).pixels
    ones = np.ones(pixels * chip.lanes, np.float16).view(np.int8)
    product = Stages(function=Function.MUL)
    for n in range(whole_atoms(shape_of(op.output), chip) // pixels):
        target = Run(op.output, n * pixels)
        yield Pointwise(ones, target, pixels, product, operand=Run(op.input, n), for_all=True)


def _hard_swish(op: HSwish, chip: Chip) -> Iterator[Step]:
    """``x * clamp(x / 6 + 1 / 2, 0, 1)``."""
    shape = shape_of(op.output)
    gate = scratch(op.output, f"{op.output.name}: its gate")
    taps = np.full((shape.channels, 1, 1), 1 / 6, np.float16)
    layer = depthwise(op.input, shape, gate, shape, taps, (1, 1))
    half = np.full(shape.channels, 0.5, np.float32)
    yield replace(layer, bias=half, relu=True, relu_top=1.0)
    product = Stages(function=Function.MUL)
    yield Pointwise(
        *(Run(op.input), Run(op.output), whole_atoms(shape, chip), product), operand=Run(gate)
    )


def _padded(op: Pad, chip: Chip) -> Iterator[Step]:
    """Rows and columns of 0 by a kernel of one tap; channels by zeros behind.

    To a whole step of channels those are there already.
    """
    _, top, left, _ = op.before
    behind = op.after[3]
    source, shape, out = op.input, shape_of(op.input), shape_of(op.output)
    if (shape.height, shape.width) != (out.height, out.width):
        wide = out._replace(channels=shape.channels)
        target = scratch(op.output, f"{op.output.name}: rows and columns", wide)
        taps = np.ones((shape.channels, 1, 1), np.float16)
        layer = depthwise(source, shape, target if behind else op.output, wide, taps, (1, 1))
        yield replace(layer, padding=(top, left))
        source, shape = target, wide
    if behind:
        atoms = whole_atoms(shape, chip)
        yield Pointwise(Run(source), Run(op.output), atoms)
        if rest := whole_atoms(out, chip) - atoms:
            zeros = np.zeros(rest * chip.atom_bytes, np.int8)
            yield Pointwise(zeros, Run(op.output, atoms), rest)


def _operand(tensor: Tensor, full: Shape, shape: MapShape, chip: Chip) -> Run | Int8s:
    if tensor.data is None:
        return Run(tensor)
    return constant_cube(np.broadcast_to(tensor.data, full), shape, chip)


def constant_cube(data: Array, shape: MapShape, chip: Chip) -> Int8s:
    """The bytes of constants as a map of *shape* has them, 0 in the channels behind the last."""
    groups = ceil_to(shape.channels, chip.channel_step) // chip.lanes
    cube = np.zeros((groups, shape.height, shape.width, chip.lanes), np.float16)
    pack_halves(data.reshape(shape).astype(np.float32), cube)
    return cube.reshape(-1).view(np.int8)


def clamped(source: Tensor, output: Tensor, activation: Activation) -> Layer:
    """A depthwise kernel of one tap, which is 1, and the limits of *activation*."""
    relu, top = CLAMPS[activation]
    shape = shape_of(output)
    taps = np.ones((shape.channels, 1, 1), np.float16)
    layer = depthwise(source, shape, output, shape, taps, (1, 1))
    return replace(layer, relu=relu, relu_top=top)


def _side_by_side(op: Concatenation, chip: Chip) -> Iterator[Step]:
    """A copy of each operand, and zeros to a whole step of channels behind the last.

    Pixels go surface by surface, those that are nothing but padding too.
    """
    shape, first = shape_of(op.output), 0
    if op.axis < len(op.output.shape) - 1:
        for operand in op.operands:
            pixels = shape_of(operand).pixels
            for n in range(whole_atoms(shape, chip) // shape.pixels):
                target = Run(op.output, n * shape.pixels + first)
                yield Pointwise(Run(operand, n * pixels), target, pixels)
            first += pixels
        return
    for operand in op.operands:
        atoms = atoms_of(shape_of(operand), chip)
        yield Pointwise(Run(operand), Run(op.output, first), atoms)
        first += atoms
    if rest := whole_atoms(shape, chip) - first:
        yield Pointwise(np.zeros(rest * chip.atom_bytes, np.int8), Run(op.output, first), rest)
