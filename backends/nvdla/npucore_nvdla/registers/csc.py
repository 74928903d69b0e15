# SPDX-License-Identifier: MIT
"""CSC: sequences the buffer to the MACs. Names and bits are the maker's."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_nvdla.registers.source import OPENDLA


class S_STATUS(Register, offset=0x4000):
    status_0 = Bits(1, 0, source=OPENDLA)
    status_1 = Bits(17, 16, source=OPENDLA)


class S_POINTER(Register, offset=0x4004):
    producer = Bits(0, 0, source=OPENDLA)
    consumer = Bits(16, 16, source=OPENDLA)


class D_OP_ENABLE(Register, offset=0x4008):
    op_en = Bits(0, 0, source=OPENDLA)


class D_MISC_CFG(Register, offset=0x400C):
    conv_mode = Bits(0, 0, source=OPENDLA)
    in_precision = Bits(9, 8, source=OPENDLA)
    proc_precision = Bits(13, 12, source=OPENDLA)
    data_reuse = Bits(16, 16, source=OPENDLA)
    weight_reuse = Bits(20, 20, source=OPENDLA)
    skip_data_rls = Bits(24, 24, source=OPENDLA)
    skip_weight_rls = Bits(28, 28, source=OPENDLA)


class D_DATAIN_FORMAT(Register, offset=0x4010):
    datain_format = Bits(0, 0, source=OPENDLA)


class D_DATAIN_SIZE_EXT_0(Register, offset=0x4014):
    datain_width_ext = Bits(12, 0, source=OPENDLA)
    datain_height_ext = Bits(28, 16, source=OPENDLA)


class D_DATAIN_SIZE_EXT_1(Register, offset=0x4018):
    datain_channel_ext = Bits(12, 0, source=OPENDLA)


class D_BATCH_NUMBER(Register, offset=0x401C):
    batches = Bits(4, 0, source=OPENDLA)


class D_POST_Y_EXTENSION(Register, offset=0x4020):
    y_extension = Bits(1, 0, source=OPENDLA)


class D_ENTRY_PER_SLICE(Register, offset=0x4024):
    entries = Bits(13, 0, source=OPENDLA)


class D_WEIGHT_FORMAT(Register, offset=0x4028):
    weight_format = Bits(0, 0, source=OPENDLA)


class D_WEIGHT_SIZE_EXT_0(Register, offset=0x402C):
    weight_width_ext = Bits(4, 0, source=OPENDLA)
    weight_height_ext = Bits(20, 16, source=OPENDLA)


class D_WEIGHT_SIZE_EXT_1(Register, offset=0x4030):
    weight_channel_ext = Bits(12, 0, source=OPENDLA)
    weight_kernel = Bits(28, 16, source=OPENDLA)


class D_WEIGHT_BYTES(Register, offset=0x4034):
    weight_bytes = Bits(31, 0, source=OPENDLA)


class D_WMB_BYTES(Register, offset=0x4038):
    wmb_bytes = Bits(27, 0, source=OPENDLA)


class D_DATAOUT_SIZE_0(Register, offset=0x403C):
    dataout_width = Bits(12, 0, source=OPENDLA)
    dataout_height = Bits(28, 16, source=OPENDLA)


class D_DATAOUT_SIZE_1(Register, offset=0x4040):
    dataout_channel = Bits(12, 0, source=OPENDLA)


class D_ATOMICS(Register, offset=0x4044):
    atomics = Bits(20, 0, source=OPENDLA)


class D_RELEASE(Register, offset=0x4048):
    rls_slices = Bits(11, 0, source=OPENDLA)


class D_CONV_STRIDE_EXT(Register, offset=0x404C):
    conv_x_stride_ext = Bits(2, 0, source=OPENDLA)
    conv_y_stride_ext = Bits(18, 16, source=OPENDLA)


class D_DILATION_EXT(Register, offset=0x4050):
    x_dilation_ext = Bits(4, 0, source=OPENDLA)
    y_dilation_ext = Bits(20, 16, source=OPENDLA)


class D_ZERO_PADDING(Register, offset=0x4054):
    pad_left = Bits(4, 0, source=OPENDLA)
    pad_top = Bits(20, 16, source=OPENDLA)


class D_ZERO_PADDING_VALUE(Register, offset=0x4058):
    pad_value = Bits(15, 0, source=OPENDLA, signed=True)


class D_BANK(Register, offset=0x405C):
    data_bank = Bits(4, 0, source=OPENDLA)
    weight_bank = Bits(20, 16, source=OPENDLA)


class D_PRA_CFG(Register, offset=0x4060):
    pra_truncate = Bits(1, 0, source=OPENDLA)


class D_CYA(Register, offset=0x4064):
    cya = Bits(31, 0, source=OPENDLA)


RESET: dict[type[Register], int] = {
    D_MISC_CFG: 0x1100,
    D_ATOMICS: 0x1,
    D_RELEASE: 0x1,
}
"""The registers whose value at reset is not 0."""
