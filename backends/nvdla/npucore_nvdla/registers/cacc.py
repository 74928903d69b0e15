# SPDX-License-Identifier: MIT
"""CACC: accumulates. Names and bits are the maker's."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_nvdla.registers.source import OPENDLA


class S_STATUS(Register, offset=0x7000):
    status_0 = Bits(1, 0, source=OPENDLA)
    status_1 = Bits(17, 16, source=OPENDLA)


class S_POINTER(Register, offset=0x7004):
    producer = Bits(0, 0, source=OPENDLA)
    consumer = Bits(16, 16, source=OPENDLA)


class D_OP_ENABLE(Register, offset=0x7008):
    op_en = Bits(0, 0, source=OPENDLA)


class D_MISC_CFG(Register, offset=0x700C):
    conv_mode = Bits(0, 0, source=OPENDLA)
    proc_precision = Bits(13, 12, source=OPENDLA)


class D_DATAOUT_SIZE_0(Register, offset=0x7010):
    dataout_width = Bits(12, 0, source=OPENDLA)
    dataout_height = Bits(28, 16, source=OPENDLA)


class D_DATAOUT_SIZE_1(Register, offset=0x7014):
    dataout_channel = Bits(12, 0, source=OPENDLA)


class D_DATAOUT_ADDR(Register, offset=0x7018):
    dataout_addr = Bits(31, 0, source=OPENDLA)


class D_BATCH_NUMBER(Register, offset=0x701C):
    batches = Bits(4, 0, source=OPENDLA)


class D_LINE_STRIDE(Register, offset=0x7020):
    line_stride = Bits(23, 0, source=OPENDLA)


class D_SURF_STRIDE(Register, offset=0x7024):
    surf_stride = Bits(23, 0, source=OPENDLA)


class D_DATAOUT_MAP(Register, offset=0x7028):
    line_packed = Bits(0, 0, source=OPENDLA)
    surf_packed = Bits(16, 16, source=OPENDLA)


class D_CLIP_CFG(Register, offset=0x702C):
    clip_truncate = Bits(4, 0, source=OPENDLA)


class D_OUT_SATURATION(Register, offset=0x7030):
    sat_count = Bits(31, 0, source=OPENDLA)


class D_CYA(Register, offset=0x7034):
    cya = Bits(31, 0, source=OPENDLA)


RESET: dict[type[Register], int] = {
    D_MISC_CFG: 0x1000,
}
"""The registers whose value at reset is not 0."""
