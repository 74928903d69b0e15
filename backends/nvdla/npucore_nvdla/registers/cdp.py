# SPDX-License-Identifier: MIT
"""CDP: the cross-channel unit. Names and bits are the maker's."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_nvdla.registers.source import OPENDLA


class S_STATUS(Register, offset=0xD000):
    status_0 = Bits(1, 0, source=OPENDLA)
    status_1 = Bits(17, 16, source=OPENDLA)


class S_POINTER(Register, offset=0xD004):
    producer = Bits(0, 0, source=OPENDLA)
    consumer = Bits(16, 16, source=OPENDLA)


class S_LUT_ACCESS_CFG(Register, offset=0xD008):
    lut_addr = Bits(9, 0, source=OPENDLA)
    lut_table_id = Bits(16, 16, source=OPENDLA)
    lut_access_type = Bits(17, 17, source=OPENDLA)


class S_LUT_ACCESS_DATA(Register, offset=0xD00C):
    lut_data = Bits(15, 0, source=OPENDLA)


class S_LUT_CFG(Register, offset=0xD010):
    lut_le_function = Bits(0, 0, source=OPENDLA)
    lut_uflow_priority = Bits(4, 4, source=OPENDLA)
    lut_oflow_priority = Bits(5, 5, source=OPENDLA)
    lut_hybrid_priority = Bits(6, 6, source=OPENDLA)


class S_LUT_INFO(Register, offset=0xD014):
    lut_le_index_offset = Bits(7, 0, source=OPENDLA)
    lut_le_index_select = Bits(15, 8, source=OPENDLA)
    lut_lo_index_select = Bits(23, 16, source=OPENDLA)


class S_LUT_LE_START_LOW(Register, offset=0xD018):
    lut_le_start_low = Bits(31, 0, source=OPENDLA)


class S_LUT_LE_START_HIGH(Register, offset=0xD01C):
    lut_le_start_high = Bits(5, 0, source=OPENDLA)


class S_LUT_LE_END_LOW(Register, offset=0xD020):
    lut_le_end_low = Bits(31, 0, source=OPENDLA)


class S_LUT_LE_END_HIGH(Register, offset=0xD024):
    lut_le_end_high = Bits(5, 0, source=OPENDLA)


class S_LUT_LO_START_LOW(Register, offset=0xD028):
    lut_lo_start_low = Bits(31, 0, source=OPENDLA)


class S_LUT_LO_START_HIGH(Register, offset=0xD02C):
    lut_lo_start_high = Bits(5, 0, source=OPENDLA)


class S_LUT_LO_END_LOW(Register, offset=0xD030):
    lut_lo_end_low = Bits(31, 0, source=OPENDLA)


class S_LUT_LO_END_HIGH(Register, offset=0xD034):
    lut_lo_end_high = Bits(5, 0, source=OPENDLA)


class S_LUT_LE_SLOPE_SCALE(Register, offset=0xD038):
    lut_le_slope_uflow_scale = Bits(15, 0, source=OPENDLA)
    lut_le_slope_oflow_scale = Bits(31, 16, source=OPENDLA)


class S_LUT_LE_SLOPE_SHIFT(Register, offset=0xD03C):
    lut_le_slope_uflow_shift = Bits(4, 0, source=OPENDLA)
    lut_le_slope_oflow_shift = Bits(9, 5, source=OPENDLA)


class S_LUT_LO_SLOPE_SCALE(Register, offset=0xD040):
    lut_lo_slope_uflow_scale = Bits(15, 0, source=OPENDLA)
    lut_lo_slope_oflow_scale = Bits(31, 16, source=OPENDLA)


class S_LUT_LO_SLOPE_SHIFT(Register, offset=0xD044):
    lut_lo_slope_uflow_shift = Bits(4, 0, source=OPENDLA)
    lut_lo_slope_oflow_shift = Bits(9, 5, source=OPENDLA)


class D_OP_ENABLE(Register, offset=0xD048):
    op_en = Bits(0, 0, source=OPENDLA)


class D_FUNC_BYPASS(Register, offset=0xD04C):
    sqsum_bypass = Bits(0, 0, source=OPENDLA)
    mul_bypass = Bits(1, 1, source=OPENDLA)


class D_DST_BASE_ADDR_LOW(Register, offset=0xD050):
    dst_base_addr_low = Bits(31, 0, source=OPENDLA)


class D_DST_BASE_ADDR_HIGH(Register, offset=0xD054):
    dst_base_addr_high = Bits(31, 0, source=OPENDLA)


class D_DST_LINE_STRIDE(Register, offset=0xD058):
    dst_line_stride = Bits(31, 0, source=OPENDLA)


class D_DST_SURFACE_STRIDE(Register, offset=0xD05C):
    dst_surface_stride = Bits(31, 0, source=OPENDLA)


class D_DST_DMA_CFG(Register, offset=0xD060):
    dst_ram_type = Bits(0, 0, source=OPENDLA)


class D_DST_COMPRESSION_EN(Register, offset=0xD064):
    dst_compression_en = Bits(0, 0, source=OPENDLA)


class D_DATA_FORMAT(Register, offset=0xD068):
    input_data_type = Bits(1, 0, source=OPENDLA)


class D_NAN_FLUSH_TO_ZERO(Register, offset=0xD06C):
    nan_to_zero = Bits(0, 0, source=OPENDLA)


class D_LRN_CFG(Register, offset=0xD070):
    normalz_len = Bits(1, 0, source=OPENDLA)


class D_DATIN_OFFSET(Register, offset=0xD074):
    datin_offset = Bits(15, 0, source=OPENDLA, signed=True)


class D_DATIN_SCALE(Register, offset=0xD078):
    datin_scale = Bits(15, 0, source=OPENDLA, signed=True)


class D_DATIN_SHIFTER(Register, offset=0xD07C):
    datin_shifter = Bits(4, 0, source=OPENDLA)


class D_DATOUT_OFFSET(Register, offset=0xD080):
    datout_offset = Bits(31, 0, source=OPENDLA, signed=True)


class D_DATOUT_SCALE(Register, offset=0xD084):
    datout_scale = Bits(15, 0, source=OPENDLA, signed=True)


class D_DATOUT_SHIFTER(Register, offset=0xD088):
    datout_shifter = Bits(5, 0, source=OPENDLA)


class D_NAN_INPUT_NUM(Register, offset=0xD08C):
    nan_input_num = Bits(31, 0, source=OPENDLA)


class D_INF_INPUT_NUM(Register, offset=0xD090):
    inf_input_num = Bits(31, 0, source=OPENDLA)


class D_NAN_OUTPUT_NUM(Register, offset=0xD094):
    nan_output_num = Bits(31, 0, source=OPENDLA)


class D_OUT_SATURATION(Register, offset=0xD098):
    out_saturation = Bits(31, 0, source=OPENDLA)


class D_PERF_ENABLE(Register, offset=0xD09C):
    dma_en = Bits(0, 0, source=OPENDLA)
    lut_en = Bits(1, 1, source=OPENDLA)


class D_PERF_WRITE_STALL(Register, offset=0xD0A0):
    perf_write_stall = Bits(31, 0, source=OPENDLA)


class D_PERF_LUT_UFLOW(Register, offset=0xD0A4):
    perf_lut_uflow = Bits(31, 0, source=OPENDLA)


class D_PERF_LUT_OFLOW(Register, offset=0xD0A8):
    perf_lut_oflow = Bits(31, 0, source=OPENDLA)


class D_PERF_LUT_HYBRID(Register, offset=0xD0AC):
    perf_lut_hybrid = Bits(31, 0, source=OPENDLA)


class D_PERF_LUT_LE_HIT(Register, offset=0xD0B0):
    perf_lut_le_hit = Bits(31, 0, source=OPENDLA)


class D_PERF_LUT_LO_HIT(Register, offset=0xD0B4):
    perf_lut_lo_hit = Bits(31, 0, source=OPENDLA)


class D_CYA(Register, offset=0xD0B8):
    cya = Bits(31, 0, source=OPENDLA)


RESET: dict[type[Register], int] = {
    D_DATA_FORMAT: 0x1,
    D_DATIN_SCALE: 0x1,
    D_DATOUT_SCALE: 0x1,
}
"""The registers whose value at reset is not 0."""
