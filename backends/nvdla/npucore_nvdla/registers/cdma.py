# SPDX-License-Identifier: MIT
"""CDMA: fetches maps and weights into the convolution buffer. Names and bits are the maker's."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_nvdla.registers.source import OPENDLA


class S_STATUS(Register, offset=0x3000):
    status_0 = Bits(1, 0, source=OPENDLA)
    status_1 = Bits(17, 16, source=OPENDLA)


class S_POINTER(Register, offset=0x3004):
    producer = Bits(0, 0, source=OPENDLA)
    consumer = Bits(16, 16, source=OPENDLA)


class S_ARBITER(Register, offset=0x3008):
    arb_weight = Bits(3, 0, source=OPENDLA)
    arb_wmb = Bits(19, 16, source=OPENDLA)


class S_CBUF_FLUSH_STATUS(Register, offset=0x300C):
    flush_done = Bits(0, 0, source=OPENDLA)


class D_OP_ENABLE(Register, offset=0x3010):
    op_en = Bits(0, 0, source=OPENDLA)


class D_MISC_CFG(Register, offset=0x3014):
    conv_mode = Bits(0, 0, source=OPENDLA)
    in_precision = Bits(9, 8, source=OPENDLA)
    proc_precision = Bits(13, 12, source=OPENDLA)
    data_reuse = Bits(16, 16, source=OPENDLA)
    weight_reuse = Bits(20, 20, source=OPENDLA)
    skip_data_rls = Bits(24, 24, source=OPENDLA)
    skip_weight_rls = Bits(28, 28, source=OPENDLA)


class D_DATAIN_FORMAT(Register, offset=0x3018):
    datain_format = Bits(0, 0, source=OPENDLA)
    pixel_format = Bits(13, 8, source=OPENDLA)
    pixel_mapping = Bits(16, 16, source=OPENDLA)
    pixel_sign_override = Bits(20, 20, source=OPENDLA)


class D_DATAIN_SIZE_0(Register, offset=0x301C):
    datain_width = Bits(12, 0, source=OPENDLA)
    datain_height = Bits(28, 16, source=OPENDLA)


class D_DATAIN_SIZE_1(Register, offset=0x3020):
    datain_channel = Bits(12, 0, source=OPENDLA)


class D_DATAIN_SIZE_EXT_0(Register, offset=0x3024):
    datain_width_ext = Bits(12, 0, source=OPENDLA)
    datain_height_ext = Bits(28, 16, source=OPENDLA)


class D_PIXEL_OFFSET(Register, offset=0x3028):
    pixel_x_offset = Bits(4, 0, source=OPENDLA)
    pixel_y_offset = Bits(18, 16, source=OPENDLA)


class D_DAIN_RAM_TYPE(Register, offset=0x302C):
    datain_ram_type = Bits(0, 0, source=OPENDLA)


class D_DAIN_ADDR_HIGH_0(Register, offset=0x3030):
    datain_addr_high_0 = Bits(31, 0, source=OPENDLA)


class D_DAIN_ADDR_LOW_0(Register, offset=0x3034):
    datain_addr_low_0 = Bits(31, 0, source=OPENDLA)


class D_DAIN_ADDR_HIGH_1(Register, offset=0x3038):
    datain_addr_high_1 = Bits(31, 0, source=OPENDLA)


class D_DAIN_ADDR_LOW_1(Register, offset=0x303C):
    datain_addr_low_1 = Bits(31, 0, source=OPENDLA)


class D_LINE_STRIDE(Register, offset=0x3040):
    line_stride = Bits(31, 0, source=OPENDLA)


class D_LINE_UV_STRIDE(Register, offset=0x3044):
    uv_line_stride = Bits(31, 0, source=OPENDLA)


class D_SURF_STRIDE(Register, offset=0x3048):
    surf_stride = Bits(31, 0, source=OPENDLA)


class D_DAIN_MAP(Register, offset=0x304C):
    line_packed = Bits(0, 0, source=OPENDLA)
    surf_packed = Bits(16, 16, source=OPENDLA)


class D_RESERVED_X_CFG(Register, offset=0x3050):
    rsv_per_line = Bits(9, 0, source=OPENDLA)
    rsv_per_uv_line = Bits(25, 16, source=OPENDLA)


class D_RESERVED_Y_CFG(Register, offset=0x3054):
    rsv_height = Bits(2, 0, source=OPENDLA)
    rsv_y_index = Bits(20, 16, source=OPENDLA)


class D_BATCH_NUMBER(Register, offset=0x3058):
    batches = Bits(4, 0, source=OPENDLA)


class D_BATCH_STRIDE(Register, offset=0x305C):
    batch_stride = Bits(31, 0, source=OPENDLA)


class D_ENTRY_PER_SLICE(Register, offset=0x3060):
    entries = Bits(13, 0, source=OPENDLA)


class D_FETCH_GRAIN(Register, offset=0x3064):
    grains = Bits(11, 0, source=OPENDLA)


class D_WEIGHT_FORMAT(Register, offset=0x3068):
    weight_format = Bits(0, 0, source=OPENDLA)


class D_WEIGHT_SIZE_0(Register, offset=0x306C):
    byte_per_kernel = Bits(17, 0, source=OPENDLA)


class D_WEIGHT_SIZE_1(Register, offset=0x3070):
    weight_kernel = Bits(12, 0, source=OPENDLA)


class D_WEIGHT_RAM_TYPE(Register, offset=0x3074):
    weight_ram_type = Bits(0, 0, source=OPENDLA)


class D_WEIGHT_ADDR_HIGH(Register, offset=0x3078):
    weight_addr_high = Bits(31, 0, source=OPENDLA)


class D_WEIGHT_ADDR_LOW(Register, offset=0x307C):
    weight_addr_low = Bits(31, 0, source=OPENDLA)


class D_WEIGHT_BYTES(Register, offset=0x3080):
    weight_bytes = Bits(31, 0, source=OPENDLA)


class D_WGS_ADDR_HIGH(Register, offset=0x3084):
    wgs_addr_high = Bits(31, 0, source=OPENDLA)


class D_WGS_ADDR_LOW(Register, offset=0x3088):
    wgs_addr_low = Bits(31, 0, source=OPENDLA)


class D_WMB_ADDR_HIGH(Register, offset=0x308C):
    wmb_addr_high = Bits(31, 0, source=OPENDLA)


class D_WMB_ADDR_LOW(Register, offset=0x3090):
    wmb_addr_low = Bits(31, 0, source=OPENDLA)


class D_WMB_BYTES(Register, offset=0x3094):
    wmb_bytes = Bits(27, 0, source=OPENDLA)


class D_MEAN_FORMAT(Register, offset=0x3098):
    mean_format = Bits(0, 0, source=OPENDLA)


class D_MEAN_GLOBAL_0(Register, offset=0x309C):
    mean_ry = Bits(15, 0, source=OPENDLA, signed=True)
    mean_gu = Bits(31, 16, source=OPENDLA, signed=True)


class D_MEAN_GLOBAL_1(Register, offset=0x30A0):
    mean_bv = Bits(15, 0, source=OPENDLA, signed=True)
    mean_ax = Bits(31, 16, source=OPENDLA, signed=True)


class D_CVT_CFG(Register, offset=0x30A4):
    cvt_en = Bits(0, 0, source=OPENDLA)
    cvt_truncate = Bits(9, 4, source=OPENDLA)


class D_CVT_OFFSET(Register, offset=0x30A8):
    cvt_offset = Bits(15, 0, source=OPENDLA, signed=True)


class D_CVT_SCALE(Register, offset=0x30AC):
    cvt_scale = Bits(15, 0, source=OPENDLA, signed=True)


class D_CONV_STRIDE(Register, offset=0x30B0):
    conv_x_stride = Bits(2, 0, source=OPENDLA)
    conv_y_stride = Bits(18, 16, source=OPENDLA)


class D_ZERO_PADDING(Register, offset=0x30B4):
    pad_left = Bits(4, 0, source=OPENDLA)
    pad_right = Bits(13, 8, source=OPENDLA)
    pad_top = Bits(20, 16, source=OPENDLA)
    pad_bottom = Bits(29, 24, source=OPENDLA)


class D_ZERO_PADDING_VALUE(Register, offset=0x30B8):
    pad_value = Bits(15, 0, source=OPENDLA, signed=True)


class D_BANK(Register, offset=0x30BC):
    data_bank = Bits(4, 0, source=OPENDLA)
    weight_bank = Bits(20, 16, source=OPENDLA)


class D_NAN_FLUSH_TO_ZERO(Register, offset=0x30C0):
    nan_to_zero = Bits(0, 0, source=OPENDLA)


class D_NAN_INPUT_DATA_NUM(Register, offset=0x30C4):
    nan_data_num = Bits(31, 0, source=OPENDLA)


class D_NAN_INPUT_WEIGHT_NUM(Register, offset=0x30C8):
    nan_weight_num = Bits(31, 0, source=OPENDLA)


class D_INF_INPUT_DATA_NUM(Register, offset=0x30CC):
    inf_data_num = Bits(31, 0, source=OPENDLA)


class D_INF_INPUT_WEIGHT_NUM(Register, offset=0x30D0):
    inf_weight_num = Bits(31, 0, source=OPENDLA)


class D_PERF_ENABLE(Register, offset=0x30D4):
    dma_en = Bits(0, 0, source=OPENDLA)


class D_PERF_DAT_READ_STALL(Register, offset=0x30D8):
    dat_rd_stall = Bits(31, 0, source=OPENDLA)


class D_PERF_WT_READ_STALL(Register, offset=0x30DC):
    wt_rd_stall = Bits(31, 0, source=OPENDLA)


class D_PERF_DAT_READ_LATENCY(Register, offset=0x30E0):
    dat_rd_latency = Bits(31, 0, source=OPENDLA)


class D_PERF_WT_READ_LATENCY(Register, offset=0x30E4):
    wt_rd_latency = Bits(31, 0, source=OPENDLA)


class D_CYA(Register, offset=0x30E8):
    cya = Bits(31, 0, source=OPENDLA)


RESET: dict[type[Register], int] = {
    S_ARBITER: 0x3000F,
    D_MISC_CFG: 0x1100,
    D_DATAIN_FORMAT: 0xC00,
}
"""The registers whose value at reset is not 0."""
