# SPDX-License-Identifier: MIT
"""Read DMA of the DPU: main (MRDMA), bias (BRDMA), norm (NRDMA), element-wise (ERDMA)."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_rocket.registers.codes import (
    BURST,
    CONVOLUTION,
    GROUP_STATE,
    OPERAND_BITS,
    PING_PONG,
    PRECISION,
)
from npucore_rocket.registers.source import ALLBILLY, FLOAT, MESA, TRM


class DPU_RDMA_RDMA_S_STATUS(Register, offset=0x5000):
    """State of the two register groups of DPU_RDMA."""

    status_1 = Bits(17, 16, "register group 1", TRM, GROUP_STATE)
    status_0 = Bits(1, 0, "register group 0", TRM, GROUP_STATE)


class DPU_RDMA_RDMA_S_POINTER(Register, offset=0x5004):
    """Ping-pong control of DPU_RDMA: streams write 0x0e, loads of the look-up table 0x30."""

    executer = Bits(16, 16, "group that is being executed; read-only", TRM)
    executer_pp_clear = Bits(5, 5, "write 1: executer back to group 0", ALLBILLY)
    pointer_pp_clear = Bits(4, 4, "write 1: register pointer back to group 0", ALLBILLY)
    pointer_pp_mode = Bits(3, 3, "when the register pointer alternates", MESA, PING_PONG)
    executer_pp_en = Bits(2, 2, "let the executer alternate between the groups", MESA)
    pointer_pp_en = Bits(1, 1, "let the register pointer alternate", MESA)
    pointer = Bits(0, 0, "group that receives register writes without ping-pong", TRM)


class DPU_RDMA_RDMA_OPERATION_ENABLE(Register, offset=0x5008):
    """Start DPU_RDMA; a stream starts all blocks at once.

    This register and all at later offsets are double-buffered.
    """

    op_en = Bits(0, 0, "start the block with the current group", TRM)


class DPU_RDMA_RDMA_DATA_CUBE_WIDTH(Register, offset=0x500C):
    """Cube to read."""

    width = Bits(12, 0, "width - 1", MESA)


class DPU_RDMA_RDMA_DATA_CUBE_HEIGHT(Register, offset=0x5010):
    """Cube to read."""

    ew_line_notch_addr = Bits(28, 16, "atoms from the end of an operand's line to the next", TRM)
    height = Bits(12, 0, "height - 1", MESA)


class DPU_RDMA_RDMA_DATA_CUBE_CHANNEL(Register, offset=0x5014):
    """Cube to read."""

    channel = Bits(12, 0, "channels - 1", MESA)


class DPU_RDMA_RDMA_SRC_BASE_ADDR(Register, offset=0x5018):
    """Main operand (MRDMA)."""

    src_base_addr = Bits(31, 0, "NPU address", MESA)


class DPU_RDMA_RDMA_BRDMA_CFG(Register, offset=0x501C):
    """What the BS stage reads per channel."""

    brdma_data_use = Bits(4, 1, "bits 3:0: shift, multiplier, OW operand, ALU operand", MESA)


class DPU_RDMA_RDMA_BS_BASE_ADDR(Register, offset=0x5020):
    """BS coefficients."""

    bs_base_addr = Bits(31, 0, "NPU address", MESA)


class DPU_RDMA_RDMA_NRDMA_CFG(Register, offset=0x5028):
    """What the BN stage reads per channel."""

    nrdma_data_use = Bits(4, 1, "bits 3:0: shift, multiplier, OW operand, ALU operand", TRM)


class DPU_RDMA_RDMA_BN_BASE_ADDR(Register, offset=0x502C):
    """BN coefficients."""

    bn_base_addr = Bits(31, 0, "NPU address", TRM)


class DPU_RDMA_RDMA_ERDMA_CFG(Register, offset=0x5034):
    """Element-wise operand."""

    erdma_data_mode = Bits(
        31, 30, "shape", MESA, {0: "per channel", 1: "per pixel", 2: "per channel by pixel"}
    )
    erdma_surf_mode = Bits(29, 29, "surfaces in series", TRM, {0: "1", 1: "2"})
    erdma_nonalign = Bits(28, 28, "dense operand", TRM)
    erdma_data_size = Bits(3, 2, "width", MESA, OPERAND_BITS)
    ov4k_bypass = Bits(1, 1, "1: no 4-KiB split", TRM)
    erdma_disable = Bits(0, 0, "1: off", MESA)


class DPU_RDMA_RDMA_EW_BASE_ADDR(Register, offset=0x5038):
    """Element-wise operand."""

    ew_base_addr = Bits(31, 0, "NPU address", MESA)


class DPU_RDMA_RDMA_EW_SURF_STRIDE(Register, offset=0x5040):
    """Element-wise operand (register value = bytes)."""

    ew_surf_stride = Bits(31, 4, "atoms per surface; 1 in per-channel mode", MESA)


class DPU_RDMA_RDMA_FEATURE_MODE_CFG(Register, offset=0x5044):
    """Read engine mode."""

    in_precision = Bits(17, 15, "operand type", FLOAT, PRECISION)
    burst_len = Bits(14, 11, "read burst", MESA, BURST)
    comb_use = Bits(10, 8, "bits 2:0: to ERDMA, to MRDMA, both read one tensor", MESA)
    proc_precision = Bits(7, 5, "arithmetic type", FLOAT, PRECISION)
    mrdma_disable = Bits(4, 4, "1: no main operand", MESA)
    mrdma_fp16tofp32_en = Bits(3, 3, "widen fp16", FLOAT)
    conv_mode = Bits(2, 1, "kind", MESA, CONVOLUTION)
    flying_mode = Bits(0, 0, "1: main data comes from memory", FLOAT)


class DPU_RDMA_RDMA_SRC_DMA_CFG(Register, offset=0x5048):
    """Un-pooling / up-sampling read."""

    line_notch_addr = Bits(31, 19, "atoms to the next line", TRM)
    pooling_method = Bits(13, 13, "kind", TRM, {0: "average (also up-sampling)", 1: "min/max"})
    unpooling_en = Bits(12, 12, "enable", TRM)
    kernel_stride_height = Bits(11, 9, "stride - 1", TRM)
    kernel_stride_width = Bits(8, 6, "stride - 1", TRM)
    kernel_height = Bits(5, 3, "kernel - 1", TRM)
    kernel_width = Bits(2, 0, "kernel - 1", TRM)


class DPU_RDMA_RDMA_SURF_NOTCH(Register, offset=0x504C):
    """Main operand (register value = bytes)."""

    surf_notch_addr = Bits(31, 4, "atoms from this task's window to the next surface", MESA)


class DPU_RDMA_RDMA_PAD_CFG(Register, offset=0x5064):
    """Un-pooling padding."""

    pad_value = Bits(31, 16, "value", TRM)
    pad_top = Bits(6, 4, "rows", TRM)
    pad_left = Bits(2, 0, "columns", TRM)


class DPU_RDMA_RDMA_WEIGHT(Register, offset=0x5068):
    """Arbitration; streams write 0x01010101."""

    e_weight = Bits(31, 24, "ERDMA share", MESA)
    n_weight = Bits(23, 16, "NRDMA share", MESA)
    b_weight = Bits(15, 8, "BRDMA share", MESA)
    m_weight = Bits(7, 0, "MRDMA share", MESA)


class DPU_RDMA_RDMA_EW_SURF_NOTCH(Register, offset=0x506C):
    """Element-wise operand (register value = bytes)."""

    ew_surf_notch = Bits(31, 4, "atoms from this task's window to the next surface", MESA)
