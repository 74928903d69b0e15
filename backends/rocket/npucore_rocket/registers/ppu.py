# SPDX-License-Identifier: MIT
"""Pooling."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_rocket.registers.codes import BURST, GROUP_STATE, PING_PONG, PRECISION
from npucore_rocket.registers.source import ALLBILLY, POOLING, RK3568, TRM


class PPU_S_STATUS(Register, offset=0x6000):
    """State of the two register groups of PPU."""

    status_1 = Bits(17, 16, "register group 1", TRM, GROUP_STATE)
    status_0 = Bits(1, 0, "register group 0", TRM, GROUP_STATE)


class PPU_S_POINTER(Register, offset=0x6004):
    """Ping-pong control of PPU: streams write 0x0e, loads of the look-up table 0x30."""

    executer = Bits(16, 16, "group that is being executed; read-only", TRM)
    executer_pp_clear = Bits(5, 5, "write 1: executer back to group 0", TRM)
    pointer_pp_clear = Bits(4, 4, "write 1: register pointer back to group 0", TRM)
    pointer_pp_mode = Bits(3, 3, "when the register pointer alternates", POOLING, PING_PONG)
    executer_pp_en = Bits(2, 2, "let the executer alternate between the groups", POOLING)
    pointer_pp_en = Bits(1, 1, "let the register pointer alternate", POOLING)
    pointer = Bits(0, 0, "group that receives register writes without ping-pong", TRM)


class PPU_OPERATION_ENABLE(Register, offset=0x6008):
    """Start PPU; a stream starts all blocks at once.

    This register and all at later offsets are double-buffered.
    """

    op_en = Bits(0, 0, "start the block with the current group", TRM)


class PPU_DATA_CUBE_IN_WIDTH(Register, offset=0x600C):
    """Input cube."""

    cube_in_width = Bits(12, 0, "width - 1", POOLING)


class PPU_DATA_CUBE_IN_HEIGHT(Register, offset=0x6010):
    """Input cube."""

    cube_in_height = Bits(12, 0, "height - 1", POOLING)


class PPU_DATA_CUBE_IN_CHANNEL(Register, offset=0x6014):
    """Input cube."""

    cube_in_channel = Bits(12, 0, "channel - 1", POOLING)


class PPU_DATA_CUBE_OUT_WIDTH(Register, offset=0x6018):
    """Output cube."""

    cube_out_width = Bits(12, 0, "width - 1", POOLING)


class PPU_DATA_CUBE_OUT_HEIGHT(Register, offset=0x601C):
    """Output cube."""

    cube_out_height = Bits(12, 0, "height - 1", POOLING)


class PPU_DATA_CUBE_OUT_CHANNEL(Register, offset=0x6020):
    """Output cube."""

    cube_out_channel = Bits(12, 0, "channel - 1", POOLING)


class PPU_OPERATION_MODE_CFG(Register, offset=0x6024):
    """Pooling mode."""

    index_en = Bits(30, 30, "also write the position of the extreme", TRM)
    notch_addr = Bits(28, 16, "atoms from the end of a line to the next", TRM)
    use_cnt = Bits(7, 5, "unknown; 0", TRM)
    flying_mode = Bits(4, 4, "input", POOLING, {0: "DPU", 1: "memory through PPU_RDMA"})
    pooling_method = Bits(1, 0, "method", POOLING, {0: "average", 1: "max", 2: "min"})


class PPU_POOLING_KERNEL_CFG(Register, offset=0x6034):
    """Window."""

    kernel_stride_height = Bits(23, 20, "stride - 1", POOLING)
    kernel_stride_width = Bits(19, 16, "stride - 1", POOLING)
    kernel_height = Bits(11, 8, "kernel - 1", POOLING)
    kernel_width = Bits(3, 0, "kernel - 1", POOLING)


class PPU_RECIP_KERNEL_WIDTH(Register, offset=0x6038):
    """Average divisor."""

    recip_kernel_width = Bits(16, 0, "65536 / kw; its fp16 bits in fp16", ALLBILLY)


class PPU_RECIP_KERNEL_HEIGHT(Register, offset=0x603C):
    """Average divisor."""

    recip_kernel_height = Bits(16, 0, "65536 / kh; its fp16 bits in fp16", ALLBILLY)


class PPU_POOLING_PADDING_CFG(Register, offset=0x6040):
    """Padding, 0..7 each."""

    pad_bottom = Bits(14, 12, "rows", RK3568)
    pad_right = Bits(10, 8, "columns", RK3568)
    pad_top = Bits(6, 4, "rows", RK3568)
    pad_left = Bits(2, 0, "columns", RK3568)


class PPU_PADDING_VALUE_1_CFG(Register, offset=0x6044):
    """Padding value x 1."""

    pad_value_0 = Bits(31, 0, "bits 31:0", RK3568)


class PPU_PADDING_VALUE_2_CFG(Register, offset=0x6048):
    """Padding value x 1."""

    pad_value_1 = Bits(2, 0, "bits 34:32", RK3568)


class PPU_DST_BASE_ADDR(Register, offset=0x6070):
    """Output address."""

    dst_base_addr = Bits(31, 4, "bits 31:4", POOLING)


class PPU_DST_SURF_STRIDE(Register, offset=0x607C):
    """Output (register value = bytes)."""

    dst_surf_stride = Bits(31, 4, "atoms per output surface", POOLING)


class PPU_DATA_FORMAT(Register, offset=0x6084):
    """Types."""

    index_add = Bits(31, 4, "atoms from data to index output; else the surface stride", POOLING)
    dpu_flyin = Bits(3, 3, "1: the feeding DPU reads memory itself", TRM)
    proc_precision = Bits(2, 0, "type", POOLING, PRECISION)


class PPU_MISC_CTRL(Register, offset=0x60DC):
    """Writer."""

    surf_len = Bits(31, 16, "words in NONALIGN mode", TRM)
    mc_surf_out = Bits(8, 8, "several surfaces in series", TRM)
    nonalign = Bits(7, 7, "dense output", TRM)
    burst_len = Bits(3, 0, "burst", POOLING, BURST)
