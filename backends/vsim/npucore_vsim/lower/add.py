# SPDX-License-Identifier: MIT
"""Sums -> convolutions of an image that has the two operands as its channels.

A difference is the sum with a negative weight: those of both operands share the range of a byte.
"""

from __future__ import annotations

import operator
from dataclasses import replace
from math import gcd
from typing import NamedTuple

import numpy as np

from npucore.family.placing import View
from npucore.graph import Graph
from npucore.ops import Add, Convolution, FullyConnected, Mul, Subtract
from npucore.tensor import Tensor
from npucore_vsim.alias import views
from npucore_vsim.chip import Chip
from npucore_vsim.lower.activation import has_relu
from npucore_vsim.lower.constant import has_constant, with_constant
from npucore_vsim.lower.groups import MOST_PLANES
from npucore_vsim.lower.layer import Convolve, Layer
from npucore_vsim.lower.parts import copy
from npucore_vsim.maps import MapShape, stored_shape
from npucore_vsim.place import room
from npucore_vsim.quantize import V8_CENTRE, truncated, zero_point
from npucore_vsim.rows import Distance, alignment, columns

COUNTS = np.arange(255, 127, -1)  # stored weights of the coarser operand; others are halves of them
LARGEST = 255  # stored value of an activation, and of a weight
MOST_PAIRS = 64  # of weights of different signs: others are halves of them
KERNEL = 2  # rows and columns, of which one tap counts
MOST_COPIES = 4  # of every map: its pixels, its four planes, and channels that fill up the cores
IN_SEGMENTS = (Convolution, FullyConnected, Mul)  # that may become sums of others' bytes
WIDTH = 128  # columns of the image before anyone knows where the operands lie


Sum = Add | Subtract


class Weights(NamedTuple):
    """Weights of both operands, output LSB per unit of their sum, and what that errs."""

    a: int
    b: int
    scale: float
    error: float


def weights(op: Sum, chip: Chip) -> Weights:
    """Those that err least, the largest of them; *error* in LSB before the output is rounded.

    The coarser operand's weight may be anything, and the multiplier follows from it: so of all
    pairs the one is taken whose ratio and whose truncated multiplier come closest, each times the
    furthest that its operand can be from its zero point. Mesa gives the coarser one 255 always.
    """
    swapped = float(op.b.q.scale) > float(op.a.q.scale)
    coarse, fine = (op.b, op.a) if swapped else (op.a, op.b)
    out = float(op.output.q.scale)
    most, least = float(coarse.q.scale) / out, float(fine.q.scale) / out
    negative = isinstance(op, Subtract)
    counts = np.arange(LARGEST, 0, -1) if negative else COUNTS
    finer = np.rint(counts * (least / most))
    if negative:
        both = counts + finer <= LARGEST
        counts, finer = counts[both][:MOST_PAIRS], finer[both][:MOST_PAIRS]
    real = truncated(most / counts, chip.generation)
    errors = np.abs(counts * real - most) * _reach(coarse)
    errors += np.abs(finer * real - least) * _reach(fine)
    best = int(np.argmin(errors))
    pair = int(counts[best]), int(finer[best])
    a, b = pair[::-1] if swapped else pair
    return Weights(a, -b if negative else b, most / pair[0], float(errors[best]))


def _reach(tensor: Tensor) -> int:
    zero = zero_point(tensor)
    return max(zero, LARGEST - zero)


def lower(op: Add, graph: Graph, chip: Chip) -> list[Layer]:
    """One job, or a look-up with a constant of one value."""
    return with_constant(op, operator.add) if has_constant(op) else added(op, graph, chip)


def added(op: Sum, graph: Graph, chip: Chip) -> list[Layer]:
    """One job; with copies around it where parts of other tensors lie at odd places."""
    if apart_by_rows(op, graph, chip):
        return [_sum(op, chip)]
    a, b, copies = copied(op)
    moved = replace(op.output, name=f"{op.output.name} before it moves")
    beside = replace(op, a=a, b=b, output=moved)
    return [*copies, _sum(beside, chip), copy(moved, op.output)]


def copied(op: Sum | Mul) -> tuple[Tensor, Tensor, list[Layer]]:
    """Copies of the operands, and what makes them."""
    a = replace(op.a, name=f"{op.a.name} for {op.label}")
    b = replace(op.b, name=f"{op.b.name} for {op.label} as well")
    return a, b, [copy(op.a, a), copy(op.b, b)]


def apart_by_rows(op: Sum | Mul, graph: Graph, chip: Chip) -> bool:
    """Whether the operands' distance is whole rows of some width, wherever they will lie."""
    found, shape = graph.once(views, chip), stored_shape(op.output)
    first, second, out = (found.get(t, View(t)) for t in (op.a, op.b, op.output))
    most = graph.once(_most_bytes, chip)
    step = alignment(most, shape.elements)
    apart = abs(first.offset - second.offset)
    distance = Distance(apart, apart)
    if first.root is not second.root:
        distance = Distance(gcd(apart, step), most)
    return columns(shape, distance, room(out, op.output, step)) is not None


def _most_bytes(graph: Graph, chip: Chip) -> int:
    """Of all images: every map's, and those of the op that has most beside them, for itself."""
    roots = {view.root for view in graph.once(views, chip).values()}
    written = (op.outputs[0].elements for op in graph.ops if isinstance(op, IN_SEGMENTS))
    return MOST_COPIES * sum(root.elements for root in roots) + MOST_PLANES * max(
        written, default=0
    )


def _sum(op: Sum, chip: Chip) -> Convolve:
    chosen = weights(op, chip)
    start = -chosen.a * zero_point(op.a) - chosen.b * zero_point(op.b)
    layer = weighted(op.a, op.b, op.output, (chosen.a, chosen.b), start, chosen.scale, chip)
    return replace(layer, relu=has_relu(op))


def weighted(
    a: Tensor,
    b: Tensor,
    output: Tensor,
    factors: tuple[int, int],
    start: int,
    scale: float,
    chip: Chip,
) -> Convolve:
    """``scale * (factors[0] * a + factors[1] * b + start)`` of stored bytes, at the zero point.

    The image gets its columns when it is known where the operands lie.
    """
    zero = max(-min(factors), 0)
    kernel = np.full((1, 2, KERNEL, KERNEL), zero, np.uint8)
    kernel[0, :, 0, 0] = np.array(factors) + zero
    centre = V8_CENTRE if chip.generation == 8 else 0
    rows = -(-output.elements // WIDTH)
    return Convolve(
        source=a,
        source_shape=MapShape(rows, WIDTH, 2),
        source_zero_point=zero_point(a),
        destination=output,
        destination_shape=MapShape(rows, WIDTH, 1),
        destination_zero_point=zero_point(output),
        weights=kernel,
        weight_zero_point=zero,
        bias=np.array([start + centre * sum(factors)], np.int64),
        scale=scale,
        plain=True,
        second=b,
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
