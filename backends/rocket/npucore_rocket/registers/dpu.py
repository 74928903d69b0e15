# SPDX-License-Identifier: MIT
"""Post-processing per channel: data path, types, sizes, writing."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_rocket.registers.codes import BURST, CONVOLUTION, GROUP_STATE, PING_PONG, PRECISION
from npucore_rocket.registers.source import ALLBILLY, CHANNELS, FLOAT, HAPPYME, MESA, STREAMS, TRM


class DPU_S_STATUS(Register, offset=0x4000):
    """State of the two register groups of DPU."""

    status_1 = Bits(17, 16, "register group 1", TRM, GROUP_STATE)
    status_0 = Bits(1, 0, "register group 0", TRM, GROUP_STATE)


class DPU_S_POINTER(Register, offset=0x4004):
    """Ping-pong control of DPU: streams write 0x0e, loads of the look-up table 0x30."""

    executer = Bits(16, 16, "group that is being executed; read-only", TRM)
    executer_pp_clear = Bits(5, 5, "write 1: executer back to group 0", ALLBILLY)
    pointer_pp_clear = Bits(4, 4, "write 1: register pointer back to group 0", ALLBILLY)
    pointer_pp_mode = Bits(3, 3, "when the register pointer alternates", MESA, PING_PONG)
    executer_pp_en = Bits(2, 2, "let the executer alternate between the groups", MESA)
    pointer_pp_en = Bits(1, 1, "let the register pointer alternate", MESA)
    pointer = Bits(0, 0, "group that receives register writes without ping-pong", TRM)


class DPU_OPERATION_ENABLE(Register, offset=0x4008):
    """Start DPU; a stream starts all blocks at once.

    This register and all at later offsets are double-buffered.
    """

    op_en = Bits(0, 0, "start the block with the current group", TRM)


class DPU_FEATURE_MODE_CFG(Register, offset=0x400C):
    """Data path selection."""

    comb_use = Bits(31, 31, "copy of DPU_RDMA COMB_USE bit 0", TRM)
    tp_en = Bits(30, 30, "enable transpose", TRM)
    rgp_type = Bits(
        29,
        26,
        "regroup unit",
        TRM,
        {0: "128 bit", 1: "4 bit", 2: "8 bit", 3: "16 bit", 4: "32 bit", 5: "64 bit"},
    )
    nonalign = Bits(25, 25, "write outputs densely instead of 16 bytes per pixel", TRM)
    surf_len = Bits(24, 9, "8-byte words to store in NONALIGN mode", TRM)
    burst_len = Bits(8, 5, "write burst", MESA, BURST)
    conv_mode = Bits(4, 3, "kind of the feeding convolution", MESA, CONVOLUTION)
    output_mode = Bits(2, 1, "bit 0: to PPU, bit 1: to memory (2 = memory)", MESA)
    flying_mode = Bits(0, 0, "main input", FLOAT, {0: "CORE", 1: "memory through MRDMA"})


class DPU_DATA_FORMAT(Register, offset=0x4010):
    """Types."""

    out_precision = Bits(31, 29, "written type", FLOAT, PRECISION)
    in_precision = Bits(28, 26, "incoming type", FLOAT, PRECISION)
    ew_truncate_neg = Bits(25, 16, "EW shift for negative data", TRM)
    bn_mul_shift_value_neg = Bits(15, 10, "BN shift for negative data", TRM)
    bs_mul_shift_value_neg = Bits(9, 4, "BS shift for negative data", CHANNELS)
    mc_surf_out = Bits(3, 3, "1: several surfaces in series", TRM)
    proc_precision = Bits(2, 0, "arithmetic type", FLOAT, PRECISION)


class DPU_OFFSET_PEND(Register, offset=0x4014):
    """Fill value for channels beyond ORIG_CHANNEL."""

    offset_pend = Bits(15, 0, "value", TRM)


class DPU_DST_BASE_ADDR(Register, offset=0x4020):
    """Output address."""

    dst_base_addr = Bits(31, 0, "NPU address, 16-byte aligned", MESA)


class DPU_DST_SURF_STRIDE(Register, offset=0x4024):
    """Output surface stride (register value = bytes)."""

    dst_surf_stride = Bits(31, 4, "16-byte atoms per output surface", MESA)


class DPU_DATA_CUBE_WIDTH(Register, offset=0x4030):
    """Size of what is processed."""

    width = Bits(12, 0, "width - 1", MESA)


class DPU_DATA_CUBE_HEIGHT(Register, offset=0x4034):
    """Size of what is processed."""

    minmax_ctl = Bits(24, 22, "min/max search: bit 0 enable, bit 1 kind, bit 2 value only", TRM)
    height = Bits(12, 0, "height - 1", MESA)


class DPU_DATA_CUBE_NOTCH_ADDR(Register, offset=0x4038):
    """Row-major output: atoms from the end of a written pixel to the next one."""

    notch_addr_1 = Bits(28, 16, "atoms", FLOAT)
    notch_addr_0 = Bits(12, 0, "atoms", FLOAT)


class DPU_DATA_CUBE_CHANNEL(Register, offset=0x403C):
    """Size of what is processed."""

    orig_channel = Bits(28, 16, "true channels - 1", MESA)
    channel = Bits(12, 0, "padded channels - 1", MESA)


class DPU_WDMA_SIZE_0(Register, offset=0x4058):
    """Size of what is written."""

    tp_precision = Bits(27, 27, "transpose element", HAPPYME, {0: "8 bit", 1: "16 bit"})
    size_c_wdma = Bits(26, 16, "channel blocks minus one for transposed output", HAPPYME)
    channel_wdma = Bits(12, 0, "channels - 1", MESA)


class DPU_WDMA_SIZE_1(Register, offset=0x405C):
    """Size of what is written."""

    height_wdma = Bits(28, 16, "height - 1", MESA)
    width_wdma = Bits(12, 0, "width - 1", MESA)


class DPU_SURFACE_ADD(Register, offset=0x40C0):
    """Step between kernel groups in the output (register value = bytes)."""

    surf_add = Bits(31, 4, "atoms: surfaces per kernel group x surface stride", MESA)


class DPU_UNKNOWN_40C4(Register, offset=0x40C4):
    """Not in the TRM; every working stream writes 0 after SURFACE_ADD."""

    value = Bits(31, 0, "write 0", STREAMS)
