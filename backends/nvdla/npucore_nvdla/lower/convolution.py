# SPDX-License-Identifier: MIT
"""Convolutions. Groups are expanded: as many as fill whole atoms become one dense layer.

A depthwise layer of eight channels has so eight kernels over them, whose weights are 0 but for one
channel each: an eighth of the products count.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from npucore.graph import Graph
from npucore.ops import Convolution
from npucore.quantize import accumulator_scales, activation_bounds
from npucore.rewrite.fold import source_and_padding
from npucore_nvdla.chip import Chip
from npucore_nvdla.layout import Int16s
from npucore_nvdla.lower.doubled import split, twice
from npucore_nvdla.lower.layer import Layer
from npucore_nvdla.lower.points import clamped
from npucore_nvdla.lower.sums import Kernels, Window, bias_of, steps, summed_images
from npucore_nvdla.maps import region, shape_of
from npucore_nvdla.quantize import bounds, without_zero


class Block(NamedTuple):
    """Groups that become one layer: the first one's number, and the number behind the last."""

    first: int
    end: int


def blocks(groups: int, inputs: int, outputs: int, chip: Chip) -> Iterator[Block]:
    """Groups of so many input and output channels, put together until atoms are whole.

    >>> from npucore_nvdla.chip import SMALL
    >>> [[tuple(block) for block in blocks(*sizes, SMALL)] for sizes in ((20, 1, 1), (2, 16, 8))]
    [[(0, 8), (8, 16), (16, 20)], [(0, 1), (1, 2)]]
    """
    step = math.lcm(*(chip.atom_bytes // math.gcd(n, chip.atom_bytes) for n in (inputs, outputs)))
    for first in range(0, groups, step):
        yield Block(first, min(first + step, groups))


def dense(weights: Int16s, groups: int) -> Int16s:
    """(G * O, KH, KW, I) of so many groups -> (G * O, KH, KW, G * I)."""
    if groups == 1:
        return weights
    kernels, high, wide, inputs = weights.shape
    found = np.zeros((groups, kernels // groups, high, wide, groups, inputs), np.int16)
    each = np.arange(groups)
    found[each, :, :, :, each] = weights.reshape(groups, -1, high, wide, inputs)
    return found.reshape(kernels, high, wide, groups * inputs)


def lower(op: Convolution, graph: Graph, chip: Chip) -> list[Layer]:
    """A layer for each block of groups and each image, and what is left of a clamp."""
    if op.weights.data is None:
        op.invalid("its weights are not constant")
    source, padding = source_and_padding(op, graph)
    weights = without_zero(op.weights, op.weights.data)
    kernels, inputs = weights.shape[0], weights.shape[3]
    bias, scales = bias_of(op.bias, kernels), accumulator_scales(op, graph.rounding)
    clamp = bounds(op.output, activation_bounds(op.activation, op.output))
    stride = steps(op.stride, op.output.shape[1:3])
    window = Window(stride, op.dilation, (padding.top, padding.left))
    outputs = kernels // op.groups
    double = twice(source, shape_of(source), weights, chip)
    layers: list[Layer] = [] if double is None else [*double.copies]
    for block in blocks(op.groups, inputs, outputs, chip):
        mine = slice(block.first * outputs, block.end * outputs)
        read = slice(block.first * inputs, block.end * inputs)
        part = dense(weights[mine], block.end - block.first)
        if double is None:
            region_ = region(source).channels(read.start, read.stop - read.start)
        elif op.groups == 1:
            region_, part = double.all(), split(part, double.lanes)
        else:
            region_ = double.surfaces(read.start, read.stop - read.start)
            part = split(part, region_.shape.channels - part.shape[3])
        some = Kernels(part, bias[mine], scales[mine])
        target = region(op.output).channels(mine.start, mine.stop - mine.start)
        layers += summed_images(region_, target, some, window, clamp, source.shape[0])
    return [*layers, *clamped(op.output, clamp, done=True)]
