# SPDX-License-Identifier: MIT
"""The PPU's read DMA: the map that is to be pooled. Source: rocket.md 7.1 (shown)."""

from __future__ import annotations

from typing import cast

from npucore.hw.memory import Memory, Port
from npucore_rocket.registers import ppu_rdma as r
from npucore_rocket.sim.block import atom
from npucore_rocket.sim.cna_feature import Atoms
from npucore_rocket.sim.errors import SimulationError
from npucore_rocket.sim.pc import RegisterFile, agree

PORT = Port("PPU_RDMA", "RDMA_SRC_BASE_ADDR")


def fetch(file: RegisterFile, memory: Memory, element_bytes: int) -> Atoms:
    """(surfaces, height, width) of atoms of elements of *element_bytes*."""
    precision = file[r.PPU_RDMA_RDMA_DATA_FORMAT].in_precision
    agree(element_bytes, precision, "PPU DATA_FORMAT", "PPU_RDMA RDMA_DATA_FORMAT.in_precision")
    channels = file[r.PPU_RDMA_RDMA_CUBE_IN_CHANNEL].cube_in_channel + 1
    size = file.chip.atom_bytes
    shape = (
        -(-channels * element_bytes // size),
        file[r.PPU_RDMA_RDMA_CUBE_IN_HEIGHT].cube_in_height + 1,
        file[r.PPU_RDMA_RDMA_CUBE_IN_WIDTH].cube_in_width + 1,
    )
    address = file[r.PPU_RDMA_RDMA_SRC_BASE_ADDR].src_base_addr
    if address % 16:
        raise SimulationError(f"{PORT} is {address:#x}, wanted a multiple of 16")
    surface = file[r.PPU_RDMA_RDMA_SRC_SURF_STRIDE].src_surf_stride * size
    line = file[r.PPU_RDMA_RDMA_SRC_LINE_STRIDE].src_line_stride * size
    return cast(Atoms, memory.cube(PORT, address, shape, (surface, line, size), atom(size)))
