# SPDX-License-Identifier: MIT
"""Parts of maps of real numbers -> copies of whole atoms, or a depthwise tap of 1."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from npucore.ops import Split, StridedSlice
from npucore_rocket.chip import Chip
from npucore_rocket.lower.cut import Cut, cuts_of
from npucore_rocket.lower.half_windows import Step, depthwise, shape_of, whole_atoms
from npucore_rocket.lower.pointwise import Pointwise, Run, atoms_of
from npucore_rocket.lower.tap import spanned


def lower(op: Split | StridedSlice, chip: Chip) -> tuple[Step, ...]:
    """The part of the source that each result takes; *chip* as it computes with fp16."""
    return tuple(step for cut in cuts_of(op) for step in _lower(cut, chip))


def _lower(cut: Cut, chip: Chip) -> Iterator[Step]:
    if cut.pixels_alone:
        yield from _pixels(cut, chip)
    elif cut.channels_alone:
        yield from _channels(cut, chip)
    else:
        yield _window(cut)


def _channels(cut: Cut, chip: Chip) -> Iterator[Step]:
    """Surfaces as they are, and zeros to a whole step of channels."""
    out = shape_of(cut.output)
    first, atoms = cut.begin[-1] // chip.lanes * out.pixels, atoms_of(out, chip)
    yield Pointwise(Run(cut.source, first), Run(cut.output), atoms)
    if rest := whole_atoms(out, chip) - atoms:
        zeros = np.zeros(rest * chip.atom_bytes, np.int8)
        yield Pointwise(zeros, Run(cut.output, atoms), rest)


def _pixels(cut: Cut, chip: Chip) -> Iterator[Step]:
    """Pixels one behind the other, surface by surface."""
    source, out, first = shape_of(cut.source), shape_of(cut.output), 0
    for begin, size in zip(cut.begin[:-1], cut.source.shape, strict=False):
        first = first * size + begin
    for n in range(whole_atoms(out, chip) // out.pixels):
        here = Run(cut.source, n * source.pixels + first)
        yield Pointwise(here, Run(cut.output, n * out.pixels), out.pixels)


def _window(cut: Cut) -> Step:
    """Rows and columns at steps, by a kernel with one tap."""
    source, out = shape_of(cut.source), shape_of(cut.output)
    at, steps = cut.begin[1:3], (cut.steps[1], cut.steps[2])
    axes = zip(source[:2], at, steps, out[:2], strict=True)
    taps = np.zeros((source.channels, *(spanned(n, a, 0, s, m) for n, a, s, m in axes)), np.float16)
    taps[:, at[0], at[1]] = 1
    return depthwise(cut.source, source, cut.output, out, taps, steps)


def cut_by_taps(cut: Cut) -> tuple[int, int] | None:
    """Rows and columns of the kernel that cuts a window; None where it is another cut."""
    if not cut.window:
        return None
    axes = (1, 2)
    rows, columns = (
        spanned(cut.source.shape[n], cut.begin[n], 0, cut.steps[n], cut.sizes[n]) for n in axes
    )
    return rows, columns
