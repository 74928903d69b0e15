# SPDX-License-Identifier: MIT
"""PDP: the pooling unit. Names and bits are the maker's."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_nvdla.registers.source import OPENDLA


class S_STATUS(Register, offset=0xB000):
    status_0 = Bits(1, 0, source=OPENDLA)
    status_1 = Bits(17, 16, source=OPENDLA)


class S_POINTER(Register, offset=0xB004):
    producer = Bits(0, 0, source=OPENDLA)
    consumer = Bits(16, 16, source=OPENDLA)


class D_OP_ENABLE(Register, offset=0xB008):
    op_en = Bits(0, 0, source=OPENDLA)


class D_DATA_CUBE_IN_WIDTH(Register, offset=0xB00C):
    cube_in_width = Bits(12, 0, source=OPENDLA)


class D_DATA_CUBE_IN_HEIGHT(Register, offset=0xB010):
    cube_in_height = Bits(12, 0, source=OPENDLA)


class D_DATA_CUBE_IN_CHANNEL(Register, offset=0xB014):
    cube_in_channel = Bits(12, 0, source=OPENDLA)


class D_DATA_CUBE_OUT_WIDTH(Register, offset=0xB018):
    cube_out_width = Bits(12, 0, source=OPENDLA)


class D_DATA_CUBE_OUT_HEIGHT(Register, offset=0xB01C):
    cube_out_height = Bits(12, 0, source=OPENDLA)


class D_DATA_CUBE_OUT_CHANNEL(Register, offset=0xB020):
    cube_out_channel = Bits(12, 0, source=OPENDLA)


class D_OPERATION_MODE_CFG(Register, offset=0xB024):
    pooling_method = Bits(1, 0, source=OPENDLA)
    flying_mode = Bits(4, 4, source=OPENDLA)
    split_num = Bits(15, 8, source=OPENDLA)


class D_NAN_FLUSH_TO_ZERO(Register, offset=0xB028):
    nan_to_zero = Bits(0, 0, source=OPENDLA)


class D_PARTIAL_WIDTH_IN(Register, offset=0xB02C):
    partial_width_in_first = Bits(9, 0, source=OPENDLA)
    partial_width_in_last = Bits(19, 10, source=OPENDLA)
    partial_width_in_mid = Bits(29, 20, source=OPENDLA)


class D_PARTIAL_WIDTH_OUT(Register, offset=0xB030):
    partial_width_out_first = Bits(9, 0, source=OPENDLA)
    partial_width_out_last = Bits(19, 10, source=OPENDLA)
    partial_width_out_mid = Bits(29, 20, source=OPENDLA)


class D_POOLING_KERNEL_CFG(Register, offset=0xB034):
    kernel_width = Bits(3, 0, source=OPENDLA)
    kernel_height = Bits(11, 8, source=OPENDLA)
    kernel_stride_width = Bits(19, 16, source=OPENDLA)
    kernel_stride_height = Bits(23, 20, source=OPENDLA)


class D_RECIP_KERNEL_WIDTH(Register, offset=0xB038):
    recip_kernel_width = Bits(16, 0, source=OPENDLA)


class D_RECIP_KERNEL_HEIGHT(Register, offset=0xB03C):
    recip_kernel_height = Bits(16, 0, source=OPENDLA)


class D_POOLING_PADDING_CFG(Register, offset=0xB040):
    pad_left = Bits(2, 0, source=OPENDLA)
    pad_top = Bits(6, 4, source=OPENDLA)
    pad_right = Bits(10, 8, source=OPENDLA)
    pad_bottom = Bits(14, 12, source=OPENDLA)


class D_POOLING_PADDING_VALUE_1_CFG(Register, offset=0xB044):
    pad_value_1x = Bits(18, 0, source=OPENDLA, signed=True)


class D_POOLING_PADDING_VALUE_2_CFG(Register, offset=0xB048):
    pad_value_2x = Bits(18, 0, source=OPENDLA, signed=True)


class D_POOLING_PADDING_VALUE_3_CFG(Register, offset=0xB04C):
    pad_value_3x = Bits(18, 0, source=OPENDLA, signed=True)


class D_POOLING_PADDING_VALUE_4_CFG(Register, offset=0xB050):
    pad_value_4x = Bits(18, 0, source=OPENDLA, signed=True)


class D_POOLING_PADDING_VALUE_5_CFG(Register, offset=0xB054):
    pad_value_5x = Bits(18, 0, source=OPENDLA, signed=True)


class D_POOLING_PADDING_VALUE_6_CFG(Register, offset=0xB058):
    pad_value_6x = Bits(18, 0, source=OPENDLA, signed=True)


class D_POOLING_PADDING_VALUE_7_CFG(Register, offset=0xB05C):
    pad_value_7x = Bits(18, 0, source=OPENDLA, signed=True)


class D_SRC_BASE_ADDR_LOW(Register, offset=0xB060):
    src_base_addr_low = Bits(31, 0, source=OPENDLA)


class D_SRC_BASE_ADDR_HIGH(Register, offset=0xB064):
    src_base_addr_high = Bits(31, 0, source=OPENDLA)


class D_SRC_LINE_STRIDE(Register, offset=0xB068):
    src_line_stride = Bits(31, 0, source=OPENDLA)


class D_SRC_SURFACE_STRIDE(Register, offset=0xB06C):
    src_surface_stride = Bits(31, 0, source=OPENDLA)


class D_DST_BASE_ADDR_LOW(Register, offset=0xB070):
    dst_base_addr_low = Bits(31, 0, source=OPENDLA)


class D_DST_BASE_ADDR_HIGH(Register, offset=0xB074):
    dst_base_addr_high = Bits(31, 0, source=OPENDLA)


class D_DST_LINE_STRIDE(Register, offset=0xB078):
    dst_line_stride = Bits(31, 0, source=OPENDLA)


class D_DST_SURFACE_STRIDE(Register, offset=0xB07C):
    dst_surface_stride = Bits(31, 0, source=OPENDLA)


class D_DST_RAM_CFG(Register, offset=0xB080):
    dst_ram_type = Bits(0, 0, source=OPENDLA)


class D_DATA_FORMAT(Register, offset=0xB084):
    input_data = Bits(1, 0, source=OPENDLA)


class D_INF_INPUT_NUM(Register, offset=0xB088):
    inf_input_num = Bits(31, 0, source=OPENDLA)


class D_NAN_INPUT_NUM(Register, offset=0xB08C):
    nan_input_num = Bits(31, 0, source=OPENDLA)


class D_NAN_OUTPUT_NUM(Register, offset=0xB090):
    nan_output_num = Bits(31, 0, source=OPENDLA)


class D_PERF_ENABLE(Register, offset=0xB094):
    dma_en = Bits(0, 0, source=OPENDLA)


class D_PERF_WRITE_STALL(Register, offset=0xB098):
    perf_write_stall = Bits(31, 0, source=OPENDLA)


class D_CYA(Register, offset=0xB09C):
    cya = Bits(31, 0, source=OPENDLA)


RESET: dict[type[Register], int] = {}
"""The registers whose value at reset is not 0."""
