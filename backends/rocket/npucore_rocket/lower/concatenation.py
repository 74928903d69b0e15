# SPDX-License-Identifier: MIT
"""Maps side by side -> copies, of which those vanish whose operands are written there at once.

Operands of another quantization are requantized first, into their place if that may be.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from npucore.ops import Concatenation, Quantize
from npucore.tensor import Tensor
from npucore_rocket.chip import Chip
from npucore_rocket.layout import ceil_to
from npucore_rocket.lower import quantize
from npucore_rocket.lower.gather import gathered
from npucore_rocket.lower.layer import Band, Layer
from npucore_rocket.lower.pointwise import Pointwise, Run, atoms_of
from npucore_rocket.lower.tap import moved, plane
from npucore_rocket.maps import MapShape, map_shape, scratch

FEW_SURFACES = 4  # which copies move in as little time


def lower(op: Concatenation, chip: Chip) -> tuple[Pointwise | Layer, ...]:
    """A copy of each operand; where channels do not begin at atoms, by way of a map with gaps."""
    changes = requantizations(op)
    outputs = {change.input: change.output for change in changes}
    alike = replace(op, operands=tuple(outputs.get(each, each) for each in op.operands))
    return (*map(quantize.lower, changes), *_side_by_side(alike, chip))


def requantizations(op: Concatenation) -> tuple[Quantize, ...]:
    """Of every operand whose numbers are not the result's, each once."""
    apart = (each for each in op.operands if not _alike(each, op.output))
    return tuple(
        Quantize(input=each, output=replace(op.output, name=each.name, shape=each.shape))
        for each in dict.fromkeys(apart)
    )


def _alike(operand: Tensor, output: Tensor) -> bool:
    return operand.q.same_as(output.q) and operand.dtype == output.dtype


def _side_by_side(op: Concatenation, chip: Chip) -> tuple[Pointwise | Layer, ...]:
    if op.axis < len(op.output.shape) - 1:
        return tuple(_along_pixels(op, chip))
    sizes = [operand.shape[-1] for operand in op.operands]
    if not any(size % chip.atom_bytes for size in sizes[:-1]):
        return _copies(op, op.output, chip)
    whole = [ceil_to(size, chip.atom_bytes) for size in sizes]
    shape = _shape(op.output)
    spaced = scratch(op.output, f"{op.output.name} with gaps", shape._replace(channels=sum(whole)))
    starts = [sum(whole[:number]) for number in range(len(whole))]
    order = [s + c for s, size in zip(starts, sizes, strict=True) for c in range(size)]
    return (*_copies(op, spaced, chip), gathered(spaced, sum(whole), op.output, order, chip))


def _copies(op: Concatenation, target: Tensor, chip: Chip) -> tuple[Pointwise, ...]:
    """One behind the other, each in whole atoms."""
    copies, first = [], 0
    for operand in op.operands:
        atoms = atoms_of(_shape(operand), chip)
        copies.append(Pointwise(Run(operand), Run(target, first), atoms))
        first += atoms
    return tuple(copies)


def _along_pixels(op: Concatenation, chip: Chip) -> Iterator[Pointwise | Layer]:
    """Rows of a band each; of few surfaces, or where pixels make no rows, surface by surface."""
    shape = _shape(op.output)
    surfaces = -(-shape.channels // chip.atom_bytes)
    first = 0
    for operand in op.operands:
        pixels = _shape(operand).pixels
        band = Band(first, shape.pixels)
        sizes = plane(pixels, chip, band)
        if surfaces > FEW_SURFACES and sizes is not None:
            yield moved(operand, op.output, MapShape(*sizes, shape.channels), None, band)
        else:
            for n in range(surfaces):
                target = Run(op.output, n * shape.pixels + first)
                yield Pointwise(Run(operand, n * pixels), target, pixels)
        first += pixels


def along_pixels(op: Concatenation) -> bool:
    """Whether operands follow each other as pixels do: nothing varies before the axis."""
    return math.prod(op.output.shape[: op.axis]) == 1


def _shape(tensor: Tensor) -> MapShape:
    shape = map_shape(tensor)
    assert shape is not None  # or the rules had refused the op
    return shape
