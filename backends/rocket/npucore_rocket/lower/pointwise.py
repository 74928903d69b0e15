# SPDX-License-Identifier: MIT
"""Work of the DPU alone: maps from memory, value by value, through its stages and back.

Values keep their places, so that any run of atoms that lies in one piece is a map of one surface,
whatever rows, columns and channels it has: the form that boards have run.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from npucore.tensor import Tensor
from npucore_rocket.chip import Chip
from npucore_rocket.layout import Int8s, Int16s, ceil_to
from npucore_rocket.maps import MapShape
from npucore_rocket.quantize import FixedScale

MOST_PIXELS = 4096  # of a line. Source: facts of 2026-11, A7: below 8191; a half of that
MOST_LINES = 256  # of look-ups, at two a cycle: 42 ms at mainline's 200 MHz, which stops after 500


class Function(enum.IntEnum):
    """Functions of two values in the element-wise stage; numbers are EW_ALU_ALGO's, but for MUL."""

    MAX = 0
    MIN = 1
    ADD = 2
    MINUS = 4
    MUL = -1


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Atoms of a map, from the *first* on."""

    tensor: Tensor
    first: int = 0


@dataclass(frozen=True, slots=True)
class Stages:
    """``(((x + addend) * factor) [function] ((y + offset) * scale)) * out_scale + out_offset``.

    Without *out_scale* the result is saturated as it is. Source: facts of 2026-11, 0.8, 0.10, A8.
    """

    addend: int = 0
    factor: int = 1
    function: Function | None = None
    operand_addend: int = 0
    operand_factor: int = 1
    out_scale: FixedScale | None = None
    out_addend: int = 0


COPY = Stages()


@dataclass(frozen=True, slots=True, eq=False)
class Pointwise:
    """*atoms* of *destination* from as many of *source*, and perhaps *operand*.

    Parameters
    ----------
    source, operand
        Maps, or constant bytes as a cube has them: (atoms * bytes of an atom,) int8.
    table
        (2, 513) the look-up table, see `npucore_rocket.lower.table`; None for none.
    for_all
        Whether *operand* is one atom, for every one of *source*: a number for each channel.
    spare
        Whether a few atoms more may be read and written than are wanted: a scratch map.
    """

    source: Run | Int8s
    destination: Run
    atoms: int
    stages: Stages = COPY
    operand: Run | Int8s | None = None
    table: Int16s | None = None
    spare: bool = False
    for_all: bool = False

    @property
    def runs(self) -> list[Run]:
        """All that lies in maps: the destination last."""
        operands = (self.source, self.operand, self.destination)
        return [run for run in operands if isinstance(run, Run)]

    @property
    def constants(self) -> list[Int8s]:
        """All that does not."""
        operands = (self.source, self.operand)
        return [data for data in operands if data is not None and not isinstance(data, Run)]

    @property
    def is_copy(self) -> bool:
        """Whether bytes go from map to map as they are."""
        return self.stages == COPY and self.table is None and len(self.runs) == 2

    @property
    def halves(self) -> bool:
        """Whether it computes with fp16; bytes that only move are bytes."""
        computes = self.stages.function is not None or self.table is not None
        return computes and self.destination.tensor.dtype.kind == "f"

    @property
    def parts(self) -> tuple[Part, ...]:
        """The tasks that do it."""
        return tuple(_parts(self.atoms, self.spare))

    @property
    def reach(self) -> int:
        """Atoms that tasks read and write, from the beginning of each run."""
        last = self.parts[-1]
        return last.first + last.lines * last.pixels


@dataclass(frozen=True, slots=True)
class Part:
    """One task: so many lines of pixels from atom *first* on."""

    first: int
    lines: int
    pixels: int


def _parts(atoms: int, spare: bool) -> Iterator[Part]:
    """Lines of one length; a shorter one, if nothing may be spared, is a task of its own.

    >>> [(part.first, part.lines, part.pixels) for part in _parts(10_000, False)]
    [(0, 2, 4096), (8192, 1, 1808)]
    >>> [(part.lines, part.pixels) for part in _parts(10_000, True)]
    [(3, 3334)]
    """
    lines = -(-atoms // MOST_PIXELS)
    if atoms % lines == 0 or spare:
        yield from _tall(0, lines, -(-atoms // lines))
        return
    yield from _tall(0, atoms // MOST_PIXELS, MOST_PIXELS)
    whole = atoms // MOST_PIXELS * MOST_PIXELS
    yield Part(whole, 1, atoms - whole)


def _tall(first: int, lines: int, pixels: int) -> Iterator[Part]:
    for top in range(0, lines, MOST_LINES):
        yield Part(first + top * pixels, min(MOST_LINES, lines - top), pixels)


def atoms_of(shape: MapShape, chip: Chip) -> int:
    """Of a whole map, without the padding behind its last atom."""
    return ceil_to(shape.channels, chip.lanes) // chip.lanes * shape.pixels


def copied(source: Tensor, destination: Tensor, shape: MapShape, chip: Chip) -> Pointwise:
    """A whole map as it is."""
    return Pointwise(Run(source), Run(destination), atoms_of(shape, chip))
