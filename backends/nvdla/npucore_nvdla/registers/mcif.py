# SPDX-License-Identifier: MIT
"""MCIF: the memory interface. Names and bits are the maker's."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_nvdla.registers.source import OPENDLA


class CFG_RD_WEIGHT_0(Register, offset=0x2000):
    rd_weight_bdma = Bits(7, 0, source=OPENDLA)
    rd_weight_sdp = Bits(15, 8, source=OPENDLA)
    rd_weight_pdp = Bits(23, 16, source=OPENDLA)
    rd_weight_cdp = Bits(31, 24, source=OPENDLA)


class CFG_RD_WEIGHT_1(Register, offset=0x2004):
    rd_weight_sdp_b = Bits(7, 0, source=OPENDLA)
    rd_weight_sdp_n = Bits(15, 8, source=OPENDLA)
    rd_weight_sdp_e = Bits(23, 16, source=OPENDLA)
    rd_weight_cdma_dat = Bits(31, 24, source=OPENDLA)


class CFG_RD_WEIGHT_2(Register, offset=0x2008):
    rd_weight_cdma_wt = Bits(7, 0, source=OPENDLA)
    rd_weight_rbk = Bits(15, 8, source=OPENDLA)
    rd_weight_rsv_1 = Bits(23, 16, source=OPENDLA)
    rd_weight_rsv_0 = Bits(31, 24, source=OPENDLA)


class CFG_WR_WEIGHT_0(Register, offset=0x200C):
    wr_weight_bdma = Bits(7, 0, source=OPENDLA)
    wr_weight_sdp = Bits(15, 8, source=OPENDLA)
    wr_weight_pdp = Bits(23, 16, source=OPENDLA)
    wr_weight_cdp = Bits(31, 24, source=OPENDLA)


class CFG_WR_WEIGHT_1(Register, offset=0x2010):
    wr_weight_rbk = Bits(7, 0, source=OPENDLA)
    wr_weight_rsv_2 = Bits(15, 8, source=OPENDLA)
    wr_weight_rsv_1 = Bits(23, 16, source=OPENDLA)
    wr_weight_rsv_0 = Bits(31, 24, source=OPENDLA)


class CFG_OUTSTANDING_CNT(Register, offset=0x2014):
    rd_os_cnt = Bits(7, 0, source=OPENDLA)
    wr_os_cnt = Bits(15, 8, source=OPENDLA)


class STATUS(Register, offset=0x2018):
    idle = Bits(8, 8, source=OPENDLA)


RESET: dict[type[Register], int] = {
    CFG_RD_WEIGHT_0: 0x1010101,
    CFG_RD_WEIGHT_1: 0x1010101,
    CFG_RD_WEIGHT_2: 0x1010101,
    CFG_WR_WEIGHT_0: 0x1010101,
    CFG_WR_WEIGHT_1: 0x1010101,
    CFG_OUTSTANDING_CNT: 0xFFFF,
    STATUS: 0x100,
}
"""The registers whose value at reset is not 0."""
