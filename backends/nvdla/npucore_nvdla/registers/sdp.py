# SPDX-License-Identifier: MIT
"""SDP: the single-point processor, for bias, scale and output. Names and bits are the maker's."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_nvdla.registers.source import OPENDLA


class S_STATUS(Register, offset=0x9000):
    status_0 = Bits(1, 0, source=OPENDLA)
    status_1 = Bits(17, 16, source=OPENDLA)


class S_POINTER(Register, offset=0x9004):
    producer = Bits(0, 0, source=OPENDLA)
    consumer = Bits(16, 16, source=OPENDLA)


class D_OP_ENABLE(Register, offset=0x9038):
    op_en = Bits(0, 0, source=OPENDLA)


class D_DATA_CUBE_WIDTH(Register, offset=0x903C):
    width = Bits(12, 0, source=OPENDLA)


class D_DATA_CUBE_HEIGHT(Register, offset=0x9040):
    height = Bits(12, 0, source=OPENDLA)


class D_DATA_CUBE_CHANNEL(Register, offset=0x9044):
    channel = Bits(12, 0, source=OPENDLA)


class D_DST_BASE_ADDR_LOW(Register, offset=0x9048):
    dst_base_addr_low = Bits(31, 0, source=OPENDLA)


class D_DST_BASE_ADDR_HIGH(Register, offset=0x904C):
    dst_base_addr_high = Bits(31, 0, source=OPENDLA)


class D_DST_LINE_STRIDE(Register, offset=0x9050):
    dst_line_stride = Bits(31, 0, source=OPENDLA)


class D_DST_SURFACE_STRIDE(Register, offset=0x9054):
    dst_surface_stride = Bits(31, 0, source=OPENDLA)


class D_DP_BS_CFG(Register, offset=0x9058):
    bs_bypass = Bits(0, 0, source=OPENDLA)
    bs_alu_bypass = Bits(1, 1, source=OPENDLA)
    bs_alu_algo = Bits(3, 2, source=OPENDLA)
    bs_mul_bypass = Bits(4, 4, source=OPENDLA)
    bs_mul_prelu = Bits(5, 5, source=OPENDLA)
    bs_relu_bypass = Bits(6, 6, source=OPENDLA)


class D_DP_BS_ALU_CFG(Register, offset=0x905C):
    bs_alu_src = Bits(0, 0, source=OPENDLA)
    bs_alu_shift_value = Bits(13, 8, source=OPENDLA)


class D_DP_BS_ALU_SRC_VALUE(Register, offset=0x9060):
    bs_alu_operand = Bits(15, 0, source=OPENDLA, signed=True)


class D_DP_BS_MUL_CFG(Register, offset=0x9064):
    bs_mul_src = Bits(0, 0, source=OPENDLA)
    bs_mul_shift_value = Bits(15, 8, source=OPENDLA)


class D_DP_BS_MUL_SRC_VALUE(Register, offset=0x9068):
    bs_mul_operand = Bits(15, 0, source=OPENDLA, signed=True)


class D_DP_BN_CFG(Register, offset=0x906C):
    bn_bypass = Bits(0, 0, source=OPENDLA)
    bn_alu_bypass = Bits(1, 1, source=OPENDLA)
    bn_alu_algo = Bits(3, 2, source=OPENDLA)
    bn_mul_bypass = Bits(4, 4, source=OPENDLA)
    bn_mul_prelu = Bits(5, 5, source=OPENDLA)
    bn_relu_bypass = Bits(6, 6, source=OPENDLA)


class D_DP_BN_ALU_CFG(Register, offset=0x9070):
    bn_alu_src = Bits(0, 0, source=OPENDLA)
    bn_alu_shift_value = Bits(13, 8, source=OPENDLA)


class D_DP_BN_ALU_SRC_VALUE(Register, offset=0x9074):
    bn_alu_operand = Bits(15, 0, source=OPENDLA, signed=True)


class D_DP_BN_MUL_CFG(Register, offset=0x9078):
    bn_mul_src = Bits(0, 0, source=OPENDLA)
    bn_mul_shift_value = Bits(15, 8, source=OPENDLA)


class D_DP_BN_MUL_SRC_VALUE(Register, offset=0x907C):
    bn_mul_operand = Bits(15, 0, source=OPENDLA, signed=True)


class D_DP_EW_CFG(Register, offset=0x9080):
    ew_bypass = Bits(0, 0, source=OPENDLA)
    ew_alu_bypass = Bits(1, 1, source=OPENDLA)
    ew_alu_algo = Bits(3, 2, source=OPENDLA)
    ew_mul_bypass = Bits(4, 4, source=OPENDLA)
    ew_mul_prelu = Bits(5, 5, source=OPENDLA)
    ew_lut_bypass = Bits(6, 6, source=OPENDLA)


class D_DP_EW_ALU_CFG(Register, offset=0x9084):
    ew_alu_src = Bits(0, 0, source=OPENDLA)
    ew_alu_cvt_bypass = Bits(1, 1, source=OPENDLA)


class D_DP_EW_ALU_SRC_VALUE(Register, offset=0x9088):
    ew_alu_operand = Bits(31, 0, source=OPENDLA, signed=True)


class D_DP_EW_ALU_CVT_OFFSET_VALUE(Register, offset=0x908C):
    ew_alu_cvt_offset = Bits(31, 0, source=OPENDLA, signed=True)


class D_DP_EW_ALU_CVT_SCALE_VALUE(Register, offset=0x9090):
    ew_alu_cvt_scale = Bits(15, 0, source=OPENDLA, signed=True)


class D_DP_EW_ALU_CVT_TRUNCATE_VALUE(Register, offset=0x9094):
    ew_alu_cvt_truncate = Bits(5, 0, source=OPENDLA)


class D_DP_EW_MUL_CFG(Register, offset=0x9098):
    ew_mul_src = Bits(0, 0, source=OPENDLA)
    ew_mul_cvt_bypass = Bits(1, 1, source=OPENDLA)


class D_DP_EW_MUL_SRC_VALUE(Register, offset=0x909C):
    ew_mul_operand = Bits(31, 0, source=OPENDLA, signed=True)


class D_DP_EW_MUL_CVT_OFFSET_VALUE(Register, offset=0x90A0):
    ew_mul_cvt_offset = Bits(31, 0, source=OPENDLA, signed=True)


class D_DP_EW_MUL_CVT_SCALE_VALUE(Register, offset=0x90A4):
    ew_mul_cvt_scale = Bits(15, 0, source=OPENDLA, signed=True)


class D_DP_EW_MUL_CVT_TRUNCATE_VALUE(Register, offset=0x90A8):
    ew_mul_cvt_truncate = Bits(5, 0, source=OPENDLA)


class D_DP_EW_TRUNCATE_VALUE(Register, offset=0x90AC):
    ew_truncate = Bits(9, 0, source=OPENDLA)


class D_FEATURE_MODE_CFG(Register, offset=0x90B0):
    flying_mode = Bits(0, 0, source=OPENDLA)
    output_dst = Bits(1, 1, source=OPENDLA)
    winograd = Bits(2, 2, source=OPENDLA)
    nan_to_zero = Bits(3, 3, source=OPENDLA)
    batch_number = Bits(12, 8, source=OPENDLA)


class D_DST_DMA_CFG(Register, offset=0x90B4):
    dst_ram_type = Bits(0, 0, source=OPENDLA)


class D_DST_BATCH_STRIDE(Register, offset=0x90B8):
    dst_batch_stride = Bits(31, 0, source=OPENDLA)


class D_DATA_FORMAT(Register, offset=0x90BC):
    proc_precision = Bits(1, 0, source=OPENDLA)
    out_precision = Bits(3, 2, source=OPENDLA)


class D_CVT_OFFSET(Register, offset=0x90C0):
    cvt_offset = Bits(31, 0, source=OPENDLA, signed=True)


class D_CVT_SCALE(Register, offset=0x90C4):
    cvt_scale = Bits(15, 0, source=OPENDLA, signed=True)


class D_CVT_SHIFT(Register, offset=0x90C8):
    cvt_shift = Bits(5, 0, source=OPENDLA)


class D_STATUS(Register, offset=0x90CC):
    status_unequal = Bits(0, 0, source=OPENDLA)


class D_STATUS_NAN_INPUT_NUM(Register, offset=0x90D0):
    status_nan_input_num = Bits(31, 0, source=OPENDLA)


class D_STATUS_INF_INPUT_NUM(Register, offset=0x90D4):
    status_inf_input_num = Bits(31, 0, source=OPENDLA)


class D_STATUS_NAN_OUTPUT_NUM(Register, offset=0x90D8):
    status_nan_output_num = Bits(31, 0, source=OPENDLA)


class D_PERF_ENABLE(Register, offset=0x90DC):
    perf_dma_en = Bits(0, 0, source=OPENDLA)
    perf_lut_en = Bits(1, 1, source=OPENDLA)
    perf_sat_en = Bits(2, 2, source=OPENDLA)
    perf_nan_inf_count_en = Bits(3, 3, source=OPENDLA)


class D_PERF_WDMA_WRITE_STALL(Register, offset=0x90E0):
    wdma_stall = Bits(31, 0, source=OPENDLA)


class D_PERF_LUT_UFLOW(Register, offset=0x90E4):
    lut_uflow = Bits(31, 0, source=OPENDLA)


class D_PERF_LUT_OFLOW(Register, offset=0x90E8):
    lut_oflow = Bits(31, 0, source=OPENDLA)


class D_PERF_OUT_SATURATION(Register, offset=0x90EC):
    out_saturation = Bits(31, 0, source=OPENDLA)


class D_PERF_LUT_HYBRID(Register, offset=0x90F0):
    lut_hybrid = Bits(31, 0, source=OPENDLA)


class D_PERF_LUT_LE_HIT(Register, offset=0x90F4):
    lut_le_hit = Bits(31, 0, source=OPENDLA)


class D_PERF_LUT_LO_HIT(Register, offset=0x90F8):
    lut_lo_hit = Bits(31, 0, source=OPENDLA)


RESET: dict[type[Register], int] = {
    D_DP_BS_CFG: 0x73,
    D_DP_BN_CFG: 0x53,
    D_DP_EW_CFG: 0x53,
    D_DP_EW_ALU_CFG: 0x2,
    D_DP_EW_MUL_CFG: 0x2,
}
"""The registers whose value at reset is not 0."""
