# SPDX-License-Identifier: MIT
"""Parts of maps -> views at atoms, copies of pixels, channels in another order, or windows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from npucore.ops import Split, StridedSlice
from npucore.tensor import Shape, Tensor
from npucore_rocket.chip import Chip
from npucore_rocket.lower.concatenation import FEW_SURFACES
from npucore_rocket.lower.gather import gathered
from npucore_rocket.lower.layer import Band, Layer
from npucore_rocket.lower.pointwise import Pointwise, Run
from npucore_rocket.lower.tap import moved, plane, tapped
from npucore_rocket.maps import MapShape, map_shape


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Every *steps*-th element from *begin* on, along every axis of *source*."""

    source: Tensor
    output: Tensor
    begin: Shape
    sizes: Shape
    steps: Shape

    @property
    def pixels_alone(self) -> bool:
        """Whether whole pixels are cut, one behind the other: a range of the outermost axis."""
        shape = self.source.shape
        axis = next(
            (n for n, (a, b) in enumerate(zip(shape, self.sizes, strict=True)) if a != b), 0
        )
        inner = all(
            (b, s) == (0, n)
            for b, s, n in zip(
                self.begin[axis + 1 :], self.sizes[axis + 1 :], shape[axis + 1 :], strict=True
            )
        )
        outer = math.prod(shape[:axis]) == 1
        return axis < len(shape) - 1 and inner and outer and self.steps[axis] == 1

    @property
    def channels_alone(self) -> bool:
        """Whether channels are cut, and nothing else."""
        last = len(self.begin) - 1
        return all(
            (b, s) == (0, n)
            for b, s, n in zip(
                self.begin[:last], self.sizes[:last], self.source.shape, strict=False
            )
        )

    @property
    def window(self) -> bool:
        """Whether rows and columns of one map are cut, at steps from 1 on, and no channels."""
        shape = self.source.shape
        if len(shape) != 4 or self.output.shape[1:3] != self.sizes[1:3]:
            return False
        whole = (self.begin[0], self.sizes[0], self.begin[3], self.sizes[3])
        return whole == (0, 1, 0, shape[3]) and min(self.steps) >= 1


def cuts_of(op: Split | StridedSlice) -> Iterator[Cut]:
    """One for each result."""
    if isinstance(op, StridedSlice):
        yield Cut(op.input, op.output, op.begin, op.sizes, op.strides)
        return
    shape, first = op.input.shape, 0
    for result, size in zip(op.outputs, op.sizes, strict=True):
        begin = tuple(first * (axis == op.axis) for axis in range(len(shape)))
        yield Cut(op.input, result, begin, result.shape, (1,) * len(shape))
        first += size


def lower(op: Split | StridedSlice, chip: Chip) -> tuple[Pointwise | Layer, ...]:
    """The part of the source that each result takes."""
    return tuple(step for cut in cuts_of(op) for step in _lower(cut, chip))


def _lower(cut: Cut, chip: Chip) -> Iterator[Pointwise | Layer]:
    source, output = map_shape(cut.source), map_shape(cut.output)
    assert source is not None  # or the rules had refused the op
    assert output is not None
    if cut.pixels_alone:
        yield from _pixels(cut, source, output, chip)
    elif cut.channels_alone:
        last = range(cut.begin[-1], cut.begin[-1] + cut.sizes[-1] * cut.steps[-1], cut.steps[-1])
        yield gathered(cut.source, source.channels, cut.output, last, chip)
    else:
        at, steps = (cut.begin[1], cut.begin[2]), (cut.steps[1], cut.steps[2])
        yield tapped(cut.source, source, cut.output, output, at=at, stride=steps)


def _pixels(
    cut: Cut, source: MapShape, output: MapShape, chip: Chip
) -> Iterator[Pointwise | Layer]:
    """A band of rows; of few surfaces, or where pixels make no rows, surface by surface."""
    first = 0
    for begin, size in zip(cut.begin[:-1], cut.source.shape, strict=False):
        first = first * size + begin
    surfaces = -(-source.channels // chip.atom_bytes)
    band = Band(first, source.pixels)
    sizes = plane(output.pixels, chip, band)
    if surfaces > FEW_SURFACES and sizes is not None:
        yield moved(cut.source, cut.output, MapShape(*sizes, source.channels), band, None)
        return
    for n in range(surfaces):
        here, there = Run(cut.source, n * source.pixels + first), Run(cut.output, n * output.pixels)
        yield Pointwise(here, there, output.pixels)
