# SPDX-License-Identifier: MIT
"""Read DMA of the PPU."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_rocket.registers.codes import GROUP_STATE, OPERAND_BITS, PING_PONG
from npucore_rocket.registers.source import ALLBILLY, POOLING, TRM


class PPU_RDMA_RDMA_S_STATUS(Register, offset=0x7000):
    """State of the two register groups of PPU_RDMA."""

    status_1 = Bits(17, 16, "register group 1", TRM, GROUP_STATE)
    status_0 = Bits(1, 0, "register group 0", TRM, GROUP_STATE)


class PPU_RDMA_RDMA_S_POINTER(Register, offset=0x7004):
    """Ping-pong control of PPU_RDMA: streams write 0x0e, loads of the look-up table 0x30."""

    executer = Bits(16, 16, "group that is being executed; read-only", TRM)
    executer_pp_clear = Bits(5, 5, "write 1: executer back to group 0", TRM)
    pointer_pp_clear = Bits(4, 4, "write 1: register pointer back to group 0", TRM)
    pointer_pp_mode = Bits(3, 3, "when the register pointer alternates", POOLING, PING_PONG)
    executer_pp_en = Bits(2, 2, "let the executer alternate between the groups", POOLING)
    pointer_pp_en = Bits(1, 1, "let the register pointer alternate", POOLING)
    pointer = Bits(0, 0, "group that receives register writes without ping-pong", TRM)


class PPU_RDMA_RDMA_OPERATION_ENABLE(Register, offset=0x7008):
    """Start PPU_RDMA; a stream starts all blocks at once.

    This register and all at later offsets are double-buffered.
    """

    op_en = Bits(0, 0, "start the block with the current group", ALLBILLY)


class PPU_RDMA_RDMA_CUBE_IN_WIDTH(Register, offset=0x700C):
    """Cube to read."""

    cube_in_width = Bits(12, 0, "width - 1", POOLING)


class PPU_RDMA_RDMA_CUBE_IN_HEIGHT(Register, offset=0x7010):
    """Cube to read."""

    cube_in_height = Bits(12, 0, "height - 1", POOLING)


class PPU_RDMA_RDMA_CUBE_IN_CHANNEL(Register, offset=0x7014):
    """Cube to read."""

    cube_in_channel = Bits(12, 0, "channel - 1", POOLING)


class PPU_RDMA_RDMA_SRC_BASE_ADDR(Register, offset=0x701C):
    """Input address."""

    src_base_addr = Bits(31, 0, "NPU address", POOLING)


class PPU_RDMA_RDMA_SRC_LINE_STRIDE(Register, offset=0x7024):
    """Input (register value = bytes)."""

    src_line_stride = Bits(31, 4, "atoms per line", POOLING)


class PPU_RDMA_RDMA_SRC_SURF_STRIDE(Register, offset=0x7028):
    """Input (register value = bytes)."""

    src_surf_stride = Bits(31, 4, "atoms per surface", POOLING)


class PPU_RDMA_RDMA_DATA_FORMAT(Register, offset=0x7030):
    """Input width."""

    in_precision = Bits(1, 0, "width", POOLING, OPERAND_BITS)
