# SPDX-License-Identifier: MIT
"""The three things that the hardware does: what ops become, and what plans cut."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from npucore_nvdla.maps import Region

Int8s = npt.NDArray[np.int8]
Int16s = npt.NDArray[np.int16]


class Algorithm(enum.IntEnum):
    """What a stage does with its addend. Values are those of the fields."""

    MAX = 0
    MIN = 1
    SUM = 2


class Method(enum.IntEnum):
    """What is computed of a window. Values are those of the field."""

    AVERAGE = 0
    MAX = 1


@dataclass(frozen=True, slots=True, eq=False)
class PerKernel:
    """An operand of two bytes for each channel: (K,)."""

    values: Int16s


@dataclass(frozen=True, slots=True, eq=False)
class PerElement:
    """An operand of two bytes for each element of one surface, the same in its channels: (H, W)."""

    values: Int16s


Operand = int | PerKernel | PerElement | Region
"""A register's number, or what is read: for a map, a byte for each element."""


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """``(x + (addend << addend_shift)) * factor >> factor_shift``, or the largest or smallest.

    With *prelu*, only what is negative is multiplied and shifted; with *relu*, nothing negative is
    left.
    """

    addend: Operand | None = None
    addend_shift: int = 0
    algorithm: Algorithm = Algorithm.SUM
    factor: Operand | None = None
    factor_shift: int = 0
    prelu: bool = False
    relu: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Two stages and a table, each of which may be absent, then ``(x - offset) * scale >> shift``.

    *table* is (256,): what becomes of -128 to 127.
    """

    first: Stage | None = None
    second: Stage | None = None
    offset: int = 0
    scale: int = 1
    shift: int = 0
    table: Int16s | None = None

    @property
    def stages(self) -> tuple[Stage, ...]:
        return tuple(stage for stage in (self.first, self.second) if stage is not None)

    @property
    def nothing(self) -> bool:
        """Whether values stay as they are."""
        if self.table is not None:
            return False
        return not self.stages and (self.offset, self.scale, self.shift) == (0, 1, 0)

    @property
    def maps(self) -> tuple[Region, ...]:
        """The maps that stages read."""
        each = (side for stage in self.stages for side in (stage.addend, stage.factor))
        return tuple(side for side in each if isinstance(side, Region))


@dataclass(frozen=True, slots=True, eq=False)
class Convolve:
    """Kernels (K, KH, KW, C) over a map, then points. Pairs are (y, x), *padding* (top, left)."""

    source: Region
    destination: Region
    weights: Int8s
    stride: tuple[int, int]
    dilation: tuple[int, int]
    padding: tuple[int, int]
    padding_value: int
    points: Points
    loss: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Compute:
    """Points over a map."""

    source: Region
    destination: Region
    points: Points


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Windows over a map. Pairs are (y, x), *padding* (top, left)."""

    source: Region
    destination: Region
    method: Method
    kernel: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]


Layer = Convolve | Compute | Pool


def reads(layer: Layer) -> tuple[Region, ...]:
    """The maps that a layer reads."""
    if isinstance(layer, Pool):
        return (layer.source,)
    return (layer.source, *layer.points.maps)
