# SPDX-License-Identifier: MIT
"""The largest or the smallest value of a window -> the element-wise stage, over shifted maps.

A map lies row by row, so that the same map some atoms further on is the map shifted: windows grow
by halves, to the right and then down. Where a row ends, or a surface, windows are wrong that do not
fit into the map; the last step leaves them out. Source: rocket hardware reference 7.5; facts of
2026-11, 0.10, B4 (the stage on integers, proven; why not the PPU on mainline).
"""

from __future__ import annotations

from collections.abc import Iterator

from npucore.ops import Pooling
from npucore_rocket.chip import Chip
from npucore_rocket.lower.layer import INT8, Layer
from npucore_rocket.lower.pointwise import Function, Pointwise, Run, Stages, atoms_of
from npucore_rocket.lower.tap import tapped
from npucore_rocket.maps import MapShape, scratch

Sizes = tuple[int, int]


def largest(op: Pooling, chip: Chip) -> tuple[Layer | Pointwise, ...]:
    """A border of the least number, the windows, and every n-th of them."""
    shape, out = MapShape(*op.input.shape[1:]), MapShape(*op.output.shape[1:])
    return tuple(_windows(op, shape, out, chip))


def _windows(
    op: Pooling, shape: MapShape, out: MapShape, chip: Chip
) -> Iterator[Layer | Pointwise]:
    source, pad = op.input, op.padding
    if any(pad):
        rows, columns = shape.height + pad.top + pad.bottom, shape.width + pad.left + pad.right
        bordered = MapShape(rows, columns, shape.channels)
        edge = scratch(source, f"{op.output.name}: its input with a border", bordered)
        yield tapped(
            source, shape, edge, bordered, padding=(pad.top, pad.left), border=int(INT8.min)
        )
        source, shape = edge, bordered
    shifts = list(growth(op.kernel, shape.width))
    atoms = atoms_of(shape, chip)
    for number, shift in enumerate(shifts, 1):
        wide = scratch(op.output, f"{op.output.name}: windows, {number} of their steps", shape)
        yield Pointwise(
            *(Run(source), Run(wide), atoms - shift, Stages(function=Function.MAX)),
            operand=Run(source, shift),
            spare=True,
        )
        source = wide
    stride = (op.stride[0] if out.height > 1 else 1, op.stride[1] if out.width > 1 else 1)
    if shifts or op.stride != (1, 1):
        yield tapped(source, shape, op.output, out, stride=stride)
    else:  # windows of one pixel
        yield Pointwise(Run(source), Run(op.output), atoms)


def growth(kernel: Sizes, width: int) -> Iterator[int]:
    """Atoms from a map to the shifted one, step by step, until windows are as large as *kernel*.

    >>> list(growth((3, 5), 10))
    [1, 2, 1, 10, 10]
    """
    for taps, distance in ((kernel[1], 1), (kernel[0], width)):
        reached = 1
        while reached < taps:
            step = min(reached, taps - reached)
            yield step * distance
            reached += step
