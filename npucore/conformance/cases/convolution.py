# SPDX-License-Identifier: MIT
"""Convolutions: dense, grouped and depthwise."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from npucore.conformance.case import Case
from npucore.conformance.cases import networks
from npucore.conformance.cases.windowed import Recipe
from npucore.ops import Activation, Padding

MOST_PRODUCTS = 16_000_000  # of Mesa's grid: what is larger takes time and shows nothing new
ODD_CHANNELS = (1, 2, 3, 4, 15, 17, 20, 31, 33, 40, 50, 60, 63, 65, 90, 114, 130)
KERNELS = [(1, 7), (7, 1), (2, 2), (4, 3), (5, 5), (6, 6), (7, 7), (9, 9), (3, 11), (13, 13)]
STRIDES = [(2, 2), (3, 3), (1, 2), (2, 1), (4, 4), (5, 5)]
DTYPES = ("int8", "uint8")


def cases() -> Iterator[Case]:
    """Every family; recipes that two share count for the first."""
    families = (
        mesa_dense, mesa_depthwise, channels, kernels, depthwise, paddings, dilations, groups,
        activations, edges, per_channel, others, networks.convolutions,
    )  # fmt: skip
    seen = set()
    for family in families:
        for number, recipe in enumerate(family()):
            if (plain := replace(recipe, family="")) not in seen:
                seen.add(plain)
                yield recipe.case(essential=number == 0)


def mesa_dense() -> Iterator[Recipe]:
    """The grid of Mesa's teflon tests (Conv2D.Op) without its largest."""
    grid = product((3, 5, 8, 80, 112), (1, 3), (1, 32, 120, 128), (1, 32, 120, 160, 256), (1, 2))
    for number, (size, k, inputs, outputs, stride) in enumerate(grid):
        if math.prod((size, size, k, k, inputs, outputs)) // stride**2 <= MOST_PRODUCTS:
            yield Recipe(
                family="mesa", size=(size, size), inputs=inputs, outputs=outputs, kernel=(k, k),
                stride=(stride, stride), padding=("same", "valid")[number // 2 % 2],
                dtype=DTYPES[number // 4 % 2],
            )  # fmt: skip


def mesa_depthwise() -> Iterator[Recipe]:
    """The grid of Mesa's teflon tests (DepthwiseConv2D.Op)."""
    grid = product((3, 5, 8, 80, 112), (1, 32, 120, 128), (1, 2), ("same", "valid"), DTYPES)
    for size, c, stride, padding, dtype in grid:
        yield Recipe(
            family="mesa", size=(size, size), inputs=c, outputs=c, groups=c,
            stride=(stride, stride), padding=padding, dtype=dtype,
        )  # fmt: skip


def channels() -> Iterator[Recipe]:
    """Channels that fill no atom."""
    for number, c in enumerate(ODD_CHANNELS):
        other = ODD_CHANNELS[-1 - number]
        for kernel, dtype in product(((1, 1), (3, 3)), DTYPES):
            yield Recipe(inputs=c, outputs=other, kernel=kernel, dtype=dtype, size=(7, 9))
            yield Recipe(inputs=c, outputs=32, kernel=kernel, dtype=dtype, stride=(2, 2))


def kernels() -> Iterator[Recipe]:
    """Windows and steps of every form."""
    for kernel, dtype in product(KERNELS, DTYPES):
        for stride in ((1, 1), (2, 2)):
            yield Recipe(kernel=kernel, stride=stride, size=(20, 23), inputs=20, dtype=dtype)
    for stride, kernel in product(STRIDES, ((1, 1), (3, 3), (5, 5))):
        yield Recipe(kernel=kernel, stride=stride, size=(21, 17), padding="valid")


def depthwise() -> Iterator[Recipe]:
    """A kernel for every channel, and several for each."""
    for number, c in enumerate(ODD_CHANNELS[1:]):
        for multiplier, stride in product((1, 2), (1, 2)):
            yield Recipe(
                size=(9, 7), inputs=c, outputs=c * multiplier, groups=c, stride=(stride, stride),
                dtype=DTYPES[number % 2],
            )  # fmt: skip
    for kernel, c in product(((1, 1), (2, 2), (5, 5), (7, 7), (1, 5), (5, 1)), (16, 40)):
        yield Recipe(size=(14, 14), inputs=c, outputs=c, groups=c, kernel=kernel)


def paddings() -> Iterator[Recipe]:
    """Borders that differ from side to side."""
    some = [(1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1), (2, 1, 1, 2), (2, 2, 0, 0)]
    for numbers, dtype, groups in product(some, DTYPES, (1, 16)):
        yield Recipe(padding=Padding(*numbers), dtype=dtype, groups=groups)
    for numbers in ((3, 3, 3, 3), (4, 0, 0, 4), (6, 6, 6, 6)):
        yield Recipe(padding=Padding(*numbers), kernel=(7, 7), size=(16, 16))


def dilations() -> Iterator[Recipe]:
    """Windows with holes."""
    for dilation, groups in product(((2, 2), (1, 3), (4, 4)), (1, 16)):
        yield Recipe(dilation=dilation, groups=groups, size=(12, 12))


def groups() -> Iterator[Recipe]:
    """Some channels for some outputs."""
    for number, inputs, outputs in ((2, 32, 32), (4, 16, 8), (3, 12, 33), (8, 64, 64), (5, 20, 10)):
        for kernel, dtype in product(((1, 1), (3, 3)), DTYPES):
            yield Recipe(groups=number, inputs=inputs, outputs=outputs, kernel=kernel, dtype=dtype)


def activations() -> Iterator[Recipe]:
    """Clamps, with the zero point at the end of the range and inside it."""
    kinds = (Activation.RELU, Activation.RELU6, Activation.RELU_N1_TO_1)
    for kind, groups in product(kinds, (1, 16)):
        for zero, dtype in ((-128, "int8"), (0, "uint8"), (7, "int8")):
            yield Recipe(activation=kind, zeros=(None, None, zero), dtype=dtype, groups=groups)


def edges() -> Iterator[Recipe]:
    """Zero points at the ends of their ranges, outputs that saturate, large biases, none."""
    for dtype, low, high in (("int8", -128, 127), ("uint8", 0, 255)):
        for input_zero, output_zero, groups in product((low, high), (low, high), (1, 16)):
            yield Recipe(zeros=(input_zero, None, output_zero), dtype=dtype, groups=groups)
        for weights_zero in (low, high) if dtype == "uint8" else (-4, 9):
            yield Recipe(zeros=(None, weights_zero, None), dtype=dtype, inputs=33)
        for factor in (0.05, 0.3, 3, 40):
            yield Recipe(factor=factor, dtype=dtype)
        for bias in ("none", 0, 4_000_000):
            yield Recipe(bias=bias, dtype=dtype)


def per_channel() -> Iterator[Recipe]:
    """A scale for every output: what today's converters write."""
    for outputs, kernel, stride in product((1, 16, 33, 64, 90), ((1, 1), (3, 3), (5, 5)), (1, 2)):
        yield Recipe(
            per_channel=True, outputs=outputs, kernel=kernel, stride=(stride, stride), size=(14, 14)
        )
    for c, stride in product((16, 24, 33, 96), (1, 2)):
        yield Recipe(
            per_channel=True, inputs=c, outputs=c, groups=c, stride=(stride, stride), size=(14, 14)
        )
    for kind in (Activation.RELU, Activation.RELU6):
        yield Recipe(per_channel=True, activation=kind, zeros=(-128, None, -128))


def others() -> Iterator[Recipe]:
    """Floats, batches, single pixels, long and narrow maps, many channels."""
    for groups, stride in product((1, 16), (1, 2)):
        yield Recipe(dtype="float32", groups=groups, stride=(stride, stride))
    yield Recipe(dtype="float32", kernel=(1, 1), activation=Activation.RELU6)
    for batch, groups in product((2, 3), (1, 16)):
        yield Recipe(batch=batch, groups=groups)
    for inputs, outputs in ((512, 512), (1024, 33), (1280, 16), (64, 1001)):
        yield Recipe(size=(1, 1), kernel=(1, 1), inputs=inputs, outputs=outputs)
        yield Recipe(size=(3, 4), kernel=(1, 1), inputs=inputs, outputs=outputs, dtype="uint8")
    for size in ((1, 300), (300, 1), (2, 641), (40, 3)):
        yield Recipe(size=size, kernel=(1, 1), inputs=20)
        yield Recipe(size=size, inputs=3, outputs=20)
