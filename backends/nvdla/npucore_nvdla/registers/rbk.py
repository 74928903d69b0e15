# SPDX-License-Identifier: MIT
"""RBK: reshapes, in other configurations. Names and bits are the maker's."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_nvdla.registers.source import OPENDLA


class S_STATUS(Register, offset=0x11000):
    status_0 = Bits(1, 0, source=OPENDLA)
    status_1 = Bits(17, 16, source=OPENDLA)


class S_POINTER(Register, offset=0x11004):
    producer = Bits(0, 0, source=OPENDLA)
    consumer = Bits(16, 16, source=OPENDLA)


class D_OP_ENABLE(Register, offset=0x11008):
    op_en = Bits(0, 0, source=OPENDLA)


class D_MISC_CFG(Register, offset=0x1100C):
    rubik_mode = Bits(1, 0, source=OPENDLA)
    in_precision = Bits(9, 8, source=OPENDLA)


class D_DAIN_RAM_TYPE(Register, offset=0x11010):
    datain_ram_type = Bits(0, 0, source=OPENDLA)


class D_DATAIN_SIZE_0(Register, offset=0x11014):
    datain_width = Bits(12, 0, source=OPENDLA)
    datain_height = Bits(28, 16, source=OPENDLA)


class D_DATAIN_SIZE_1(Register, offset=0x11018):
    datain_channel = Bits(12, 0, source=OPENDLA)


class D_DAIN_ADDR_HIGH(Register, offset=0x1101C):
    dain_addr_high = Bits(31, 0, source=OPENDLA)


class D_DAIN_ADDR_LOW(Register, offset=0x11020):
    dain_addr_low = Bits(31, 5, source=OPENDLA)


class D_DAIN_LINE_STRIDE(Register, offset=0x11024):
    dain_line_stride = Bits(31, 5, source=OPENDLA)


class D_DAIN_SURF_STRIDE(Register, offset=0x11028):
    dain_surf_stride = Bits(31, 5, source=OPENDLA)


class D_DAIN_PLANAR_STRIDE(Register, offset=0x1102C):
    dain_planar_stride = Bits(31, 5, source=OPENDLA)


class D_DAOUT_RAM_TYPE(Register, offset=0x11030):
    dataout_ram_type = Bits(0, 0, source=OPENDLA)


class D_DATAOUT_SIZE_1(Register, offset=0x11034):
    dataout_channel = Bits(12, 0, source=OPENDLA)


class D_DAOUT_ADDR_HIGH(Register, offset=0x11038):
    daout_addr_high = Bits(31, 0, source=OPENDLA)


class D_DAOUT_ADDR_LOW(Register, offset=0x1103C):
    daout_addr_low = Bits(31, 5, source=OPENDLA)


class D_DAOUT_LINE_STRIDE(Register, offset=0x11040):
    daout_line_stride = Bits(31, 5, source=OPENDLA)


class D_CONTRACT_STRIDE_0(Register, offset=0x11044):
    contract_stride_0 = Bits(31, 5, source=OPENDLA)


class D_CONTRACT_STRIDE_1(Register, offset=0x11048):
    contract_stride_1 = Bits(31, 5, source=OPENDLA)


class D_DAOUT_SURF_STRIDE(Register, offset=0x1104C):
    daout_surf_stride = Bits(31, 5, source=OPENDLA)


class D_DAOUT_PLANAR_STRIDE(Register, offset=0x11050):
    daout_planar_stride = Bits(31, 5, source=OPENDLA)


class D_DECONV_STRIDE(Register, offset=0x11054):
    deconv_x_stride = Bits(4, 0, source=OPENDLA)
    deconv_y_stride = Bits(20, 16, source=OPENDLA)


class D_PERF_ENABLE(Register, offset=0x11058):
    perf_en = Bits(0, 0, source=OPENDLA)


class D_PERF_READ_STALL(Register, offset=0x1105C):
    rd_stall_cnt = Bits(31, 0, source=OPENDLA)


class D_PERF_WRITE_STALL(Register, offset=0x11060):
    wr_stall_cnt = Bits(31, 0, source=OPENDLA)


RESET: dict[type[Register], int] = {
    D_MISC_CFG: 0x100,
}
"""The registers whose value at reset is not 0."""
