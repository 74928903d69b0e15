# SPDX-License-Identifier: MIT
"""BDMA: copies, in other configurations. Names and bits are the maker's."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_nvdla.registers.source import OPENDLA


class CFG_SRC_ADDR_LOW(Register, offset=0x10000):
    v32 = Bits(31, 5, source=OPENDLA)


class CFG_SRC_ADDR_HIGH(Register, offset=0x10004):
    v8 = Bits(31, 0, source=OPENDLA)


class CFG_DST_ADDR_LOW(Register, offset=0x10008):
    v32 = Bits(31, 5, source=OPENDLA)


class CFG_DST_ADDR_HIGH(Register, offset=0x1000C):
    v8 = Bits(31, 0, source=OPENDLA)


class CFG_LINE(Register, offset=0x10010):
    size = Bits(12, 0, source=OPENDLA)


class CFG_CMD(Register, offset=0x10014):
    src_ram_type = Bits(0, 0, source=OPENDLA)
    dst_ram_type = Bits(1, 1, source=OPENDLA)


class CFG_LINE_REPEAT(Register, offset=0x10018):
    number = Bits(23, 0, source=OPENDLA)


class CFG_SRC_LINE(Register, offset=0x1001C):
    stride = Bits(31, 5, source=OPENDLA)


class CFG_DST_LINE(Register, offset=0x10020):
    stride = Bits(31, 5, source=OPENDLA)


class CFG_SURF_REPEAT(Register, offset=0x10024):
    number = Bits(23, 0, source=OPENDLA)


class CFG_SRC_SURF(Register, offset=0x10028):
    stride = Bits(31, 5, source=OPENDLA)


class CFG_DST_SURF(Register, offset=0x1002C):
    stride = Bits(31, 5, source=OPENDLA)


class CFG_OP(Register, offset=0x10030):
    en = Bits(0, 0, source=OPENDLA)


class CFG_LAUNCH0(Register, offset=0x10034):
    grp0_launch = Bits(0, 0, source=OPENDLA)


class CFG_LAUNCH1(Register, offset=0x10038):
    grp1_launch = Bits(0, 0, source=OPENDLA)


class CFG_STATUS(Register, offset=0x1003C):
    stall_count_en = Bits(0, 0, source=OPENDLA)


class STATUS(Register, offset=0x10040):
    free_slot = Bits(7, 0, source=OPENDLA)
    idle = Bits(8, 8, source=OPENDLA)
    grp0_busy = Bits(9, 9, source=OPENDLA)
    grp1_busy = Bits(10, 10, source=OPENDLA)


class STATUS_GRP0_READ_STALL(Register, offset=0x10044):
    count = Bits(31, 0, source=OPENDLA)


class STATUS_GRP0_WRITE_STALL(Register, offset=0x10048):
    count = Bits(31, 0, source=OPENDLA)


class STATUS_GRP1_READ_STALL(Register, offset=0x1004C):
    count = Bits(31, 0, source=OPENDLA)


class STATUS_GRP1_WRITE_STALL(Register, offset=0x10050):
    count = Bits(31, 0, source=OPENDLA)


RESET: dict[type[Register], int] = {
    STATUS: 0x114,
}
"""The registers whose value at reset is not 0."""
