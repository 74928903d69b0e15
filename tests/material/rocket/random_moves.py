# SPDX-License-Identifier: MIT
"""Random ops that move values: resized, cut, joined, padded."""

from __future__ import annotations

from dataclasses import replace

from npucore.ops import (
    Broadcast,
    Concatenation,
    DepthToSpace,
    Op,
    Pad,
    Resize,
    ResizeBilinear,
    Split,
    StridedSlice,
)
from npucore.tensor import Tensor
from tests.material.rocket.random_ops import Random


def resize(r: Random) -> Op:
    """By whole factors, up or down."""
    source = r.map("x", most=7)
    _, height, width, channels = source.shape
    times = [int(r.rng.choice([1, 2, 2, 4, 8])) for _ in range(2)]
    half = bool(r.rng.random() < 0.5)
    small, large = (height, width), (height * times[0], width * times[1])
    if r.rng.random() < 0.3:
        small, large = large, small
        source = Tensor("x", (1, *small, channels), r.dtype, source.q)
    output = Tensor("y", (1, *large, channels), r.dtype, source.q)
    return Resize(input=source, output=output, size=large, half_pixel_centers=half)


def resize_bilinear(r: Random) -> Op:
    """From corner to corner, in whole steps; or from a single pixel."""
    source = r.map("x", most=6)
    _, height, width, channels = source.shape
    times = [int(r.rng.choice([1, 2, 4, 8, 16])) for _ in range(2)]
    size = ((height - 1) * times[0] + 1, (width - 1) * times[1] + 1)
    if min(height, width) == 1:
        source = Tensor("x", (1, 1, 1, channels), r.dtype, source.q)
        size = (r.size(40), r.size(40))
    output = Tensor("y", (1, *size, channels), r.dtype, source.q)
    return ResizeBilinear(input=source, output=output, size=size, align_corners=True)


def depth_to_space(r: Random) -> Op:
    """Blocks of 2 and 4."""
    block, channels = int(r.rng.choice([2, 4])), r.size(20)
    shape = (1, r.size(7), r.size(7))
    source = Tensor("x", (*shape, block**2 * channels), r.dtype, r.quantization())
    output = Tensor("y", (1, shape[1] * block, shape[2] * block, channels), r.dtype, source.q)
    return DepthToSpace(input=source, output=output, block=block)


def pad(r: Random) -> Op:
    """Borders of any value, and crops."""
    source = r.map("x", most=9)
    sides = [int(r.rng.integers(-min(n - 1, 4), 8)) for n in source.shape[1:3] for _ in range(2)]
    for axis in (0, 1):  # something is left
        if source.shape[1 + axis] + sides[2 * axis] + sides[2 * axis + 1] < 1:
            sides[2 * axis + 1] = 0
    before, after = (0, sides[0], sides[2], 0), (0, sides[1], sides[3], 0)
    grown = tuple(b + n + a for b, n, a in zip(before, source.shape, after, strict=True))
    value = int(r.rng.integers(r.low, r.high + 1))
    output = Tensor("y", grown, r.dtype, source.q)
    return Pad(input=source, output=output, before=before, after=after, value=value)


def concatenation(r: Random) -> Concatenation:
    """Channels, or rows of a map of many channels."""
    first = r.map("x", most=9)
    count = int(r.rng.integers(2, 5))
    if r.rng.random() < 0.6:
        sizes = [r.channels() for _ in range(count)]
        shapes = [(*first.shape[:3], size) for size in sizes]
        axis, whole = 3, (*first.shape[:3], sum(sizes))
    else:
        sizes = [r.size(9) for _ in range(count)]
        shapes = [(1, size, *first.shape[2:]) for size in sizes]
        axis, whole = 1, (1, sum(sizes), *first.shape[2:])
    operands = tuple(Tensor(f"x{n}", shape, r.dtype, first.q) for n, shape in enumerate(shapes))
    output = Tensor("y", whole, r.dtype, first.q)
    return Concatenation(operands=operands, output=output, axis=axis)


def mixed_concatenation(r: Random) -> Op:
    """The same of operands with scales and zero points of their own, some of them the result's."""
    plain = concatenation(r)
    operands = tuple(
        replace(operand, quantization=plain.output.q if r.rng.random() < 0.3 else r.quantization())
        for operand in plain.operands
    )
    return replace(plain, operands=operands)


def split(r: Random) -> Op:
    """Channels, in pieces of any size."""
    source = r.map("x", most=9)
    sizes = tuple(r.channels() for _ in range(int(r.rng.integers(2, 4))))
    whole = Tensor("x", (*source.shape[:3], sum(sizes)), r.dtype, source.q)
    pieces = tuple(
        Tensor(f"y{n}", (*source.shape[:3], size), r.dtype, source.q)
        for n, size in enumerate(sizes)
    )
    return Split(input=whole, results=pieces, sizes=sizes, axis=3)


def strided_slice(r: Random) -> Op:
    """Rows, columns or channels, every one or every n-th."""
    source = r.map("x", most=17)
    begin, steps = [0, 0, 0, 0], [1, 1, 1, 1]
    sizes = list(source.shape)
    for axis in (3,) if r.rng.random() < 0.4 else (1, 2):
        begin[axis] = int(r.rng.integers(0, source.shape[axis]))
        steps[axis] = r.size(3)
        most = (source.shape[axis] - 1 - begin[axis]) // steps[axis] + 1
        sizes[axis] = r.size(most)
    output = Tensor("y", tuple(sizes), r.dtype, source.q)
    return StridedSlice(
        input=source, output=output, begin=tuple(begin), sizes=tuple(sizes), strides=tuple(steps)
    )


def broadcast(r: Random) -> Op:
    """A pixel for a map, or a channel for many."""
    out = r.map("y", most=40)
    shape = (1, 1, 1, out.shape[3]) if r.rng.random() < 0.7 else (*out.shape[:3], 1)
    return Broadcast(input=Tensor("x", shape, r.dtype, out.q), output=out)
