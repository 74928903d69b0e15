# SPDX-License-Identifier: MIT
"""One task, read: what its registers hold when it starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from npucore.hw.registers import Bits
from npucore_rocket.chip import Chip
from npucore_rocket.registers import cna as c
from npucore_rocket.registers import core as o
from npucore_rocket.registers import dpu as d

POOLING = "pooling"
FLYING = "the DPU alone"


def up(a: int, b: int) -> int:
    """``a / b``, rounded up."""
    return -(-a // b)


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to use the blocks.

    *family* and *coefficients* are keys of `settings.FAMILIES` and `settings.COEFFICIENTS`, or the
    former of `flying.FAMILIES`, or `POOLING`.
    """

    family: str
    coefficients: str = "none"
    addend: bool = False
    transposed: bool = False
    looked_up: bool = False
    halves: bool = False

    @property
    def depthwise(self) -> bool:
        return self.family == "depthwise"

    @property
    def packed(self) -> bool:
        """Whether the input is one channel without atoms."""
        return self.family.startswith("packed")

    @property
    def reads(self) -> bool:
        """Whether the DPU reads anything from memory."""
        return self.coefficients != "none"

    @property
    def multiplies(self) -> bool:
        """Whether every channel has a scale of its own."""
        return self.coefficients == "bias and multipliers"

    @property
    def pools(self) -> bool:
        return self.family == POOLING

    @property
    def flies(self) -> bool:
        """Whether the DPU's input is a map in memory."""
        return self.family.startswith(FLYING)

    @property
    def convolves(self) -> bool:
        return not (self.pools or self.flies)

    def __str__(self) -> str:
        if not self.convolves:
            return self.family
        more = (
            "; addend" * self.addend,
            "; transposed" * self.transposed,
            "; a table" * self.looked_up,
            "; fp16" * self.halves,
        )
        return f"{self.family}; per channel: {self.coefficients}{''.join(more)}"


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """The fields that may differ, by their declaration."""

    kind: Kind
    fields: Mapping[Bits, int]
    chip: Chip

    def __getitem__(self, bits: Bits) -> int:
        return self.fields[bits]

    @property
    def atom(self) -> int:
        """Bytes of one pixel of one surface; as many channels of int8."""
        return self.chip.atom_bytes

    @property
    def out_rows(self) -> int:
        return self[o.CORE_DATAOUT_SIZE_0.dataout_height] + 1

    @property
    def out_width(self) -> int:
        return self[o.CORE_DATAOUT_SIZE_0.dataout_width] + 1

    @property
    def out_pixels(self) -> int:
        return self.out_rows * self.out_width

    @property
    def written_channels(self) -> int:
        return self[o.CORE_DATAOUT_SIZE_1.dataout_channel] + 1

    @property
    def step_surfaces(self) -> int:
        """Surfaces that one step of kernels writes. Source: rocket hardware reference 5.3."""
        return self.chip.surfaces(self.kind.depthwise)

    @property
    def out_stride(self) -> int:
        """Atoms from one surface of the output to the next."""
        return self[d.DPU_DST_SURF_STRIDE.dst_surf_stride]

    @property
    def lines_at_once(self) -> int:
        """How many lines the feature DMA takes in one go. Source: rocket hardware reference 4.2."""
        return 1 if self.kind.packed else max(1, self.chip.fetched_lines)

    @property
    def skipped_lines(self) -> int:
        """The lines of a surface after which SURF_STRIDE is added."""
        return 1 if self.kind.packed else self.chip.skipped_lines

    @property
    def in_stride(self) -> int:
        """Atoms from one surface of the input to the next."""
        width = self[c.CNA_FC_DATA_SIZE0.dma_width]
        return self.skipped_lines * width + self[c.CNA_DMA_CON2.surf_stride]

    @property
    def in_surfaces(self) -> int:
        return up(self[c.CNA_DATA_SIZE1.datain_channel], self.chip.lanes)
