# SPDX-License-Identifier: MIT
"""Additions -> convolutions of an image that has the two operands as its channels."""

from __future__ import annotations

import operator
from dataclasses import replace
from math import gcd
from typing import NamedTuple

import numpy as np

from npucore.family.placing import View
from npucore.graph import Graph
from npucore.ops import Add
from npucore.tensor import Tensor
from npucore_vsim.alias import views
from npucore_vsim.chip import Chip
from npucore_vsim.lower.activation import has_relu
from npucore_vsim.lower.constant import has_constant, with_constant
from npucore_vsim.lower.layer import Convolve, Layer
from npucore_vsim.lower.parts import copy
from npucore_vsim.maps import MapShape, stored_shape
from npucore_vsim.place import room
from npucore_vsim.quantize import V8_CENTRE, truncated, zero_point
from npucore_vsim.rows import Distance, alignment, columns

COUNTS = np.arange(255, 127, -1)  # stored weights of the coarser operand; others are halves of them
LARGEST = 255  # stored value of an activation
KERNEL = 2  # rows and columns, of which one tap counts
MOST_COPIES = 4  # of every map: its pixels, its four planes, and channels that fill up the cores
WIDTH = 128  # columns of the image before anyone knows where the operands lie


class Weights(NamedTuple):
    """Stored weights of both operands, output LSB per unit of their sum, and what that errs."""

    a: int
    b: int
    scale: float
    error: float


def weights(op: Add, chip: Chip) -> Weights:
    """Those that err least, the largest of them; *error* in LSB before the output is rounded.

    The coarser operand's weight may be anything, and the multiplier follows from it: so of all
    pairs the one is taken whose ratio and whose truncated multiplier come closest, each times the
    furthest that its operand can be from its zero point. Mesa gives the coarser one 255 always.
    """
    swapped = float(op.b.q.scale) > float(op.a.q.scale)
    coarse, fine = (op.b, op.a) if swapped else (op.a, op.b)
    out = float(op.output.q.scale)
    most, least = float(coarse.q.scale) / out, float(fine.q.scale) / out
    finer = np.rint(COUNTS * (least / most))
    real = truncated(most / COUNTS, chip.generation)
    errors = np.abs(COUNTS * real - most) * _reach(coarse)
    errors += np.abs(finer * real - least) * _reach(fine)
    best = int(np.argmin(errors))
    pair = int(COUNTS[best]), int(finer[best])
    a, b = pair[::-1] if swapped else pair
    return Weights(a, b, most / pair[0], float(errors[best]))


def _reach(tensor: Tensor) -> int:
    zero = zero_point(tensor)
    return max(zero, LARGEST - zero)


def lower(op: Add, graph: Graph, chip: Chip) -> list[Layer]:
    """One job; with copies around it where parts of other tensors lie at odd places.

    A constant of one value is part of a look-up.
    """
    if has_constant(op):
        return with_constant(op, operator.add)
    if apart_by_rows(op, graph, chip):
        return [_sum(op, chip)]
    beside = replace(
        op,
        a=replace(op.a, name=f"{op.a.name} for {op.label}"),
        b=replace(op.b, name=f"{op.b.name} for {op.label} as well"),
        output=replace(op.output, name=f"{op.output.name} before it moves"),
    )
    return [
        copy(op.a, beside.a),
        copy(op.b, beside.b),
        _sum(beside, chip),
        copy(beside.output, op.output),
    ]


def apart_by_rows(op: Add, graph: Graph, chip: Chip) -> bool:
    """Whether the operands' distance is whole rows of some width, wherever they will lie."""
    found, shape = graph.once(views, chip), stored_shape(op.output)
    first, second, out = (found.get(t, View(t)) for t in (op.a, op.b, op.output))
    most = MOST_COPIES * graph.once(_elements, chip)
    step = alignment(most, shape.elements)
    apart = abs(first.offset - second.offset)
    distance = Distance(apart, apart)
    if first.root is not second.root:
        distance = Distance(gcd(apart, step), most)
    return columns(shape, distance, room(out, op.output, step)) is not None


def _elements(graph: Graph, chip: Chip) -> int:
    """Of all tensors that lie somewhere."""
    roots = {view.root for view in graph.once(views, chip).values()}
    return sum(root.elements for root in roots)


def _sum(op: Add, chip: Chip) -> Convolve:
    """The job, whose image gets its columns when it is known where the operands lie."""
    chosen = weights(op, chip)
    kernel = np.zeros((1, 2, KERNEL, KERNEL), np.uint8)
    kernel[0, :, 0, 0] = chosen.a, chosen.b
    centre = V8_CENTRE if chip.generation == 8 else 0
    zeros = zero_point(op.a) - centre, zero_point(op.b) - centre
    rows = -(-op.output.elements // WIDTH)
    return Convolve(
        source=op.a,
        source_shape=MapShape(rows, WIDTH, 2),
        source_zero_point=zero_point(op.a),
        destination=op.output,
        destination_shape=MapShape(rows, WIDTH, 1),
        destination_zero_point=zero_point(op.output),
        weights=kernel,
        weight_zero_point=0,
        bias=np.array([-chosen.a * zeros[0] - chosen.b * zeros[1]], np.int64),
        scale=chosen.scale,
        relu=has_relu(op),
        plain=True,
        second=op.b,
    )


def folded(layer: Convolve, columns: int) -> Convolve:
    """An addition as an image of so many columns."""
    rows = -(-layer.destination.elements // columns)
    return replace(
        layer,
        source_shape=MapShape(rows, columns, layer.weights.shape[1]),
        destination_shape=MapShape(rows, columns, 1),
    )


def doubled(layer: Convolve) -> Convolve:
    """The addition of a tensor to itself: an image of one channel, its scale twice as large."""
    return replace(
        layer,
        second=None,
        weights=layer.weights[:, :1],
        bias=layer.bias // 2,
        scale=2 * layer.scale,
    )
