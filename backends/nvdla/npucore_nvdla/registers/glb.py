# SPDX-License-Identifier: MIT
"""GLB: interrupts. Names and bits are the maker's."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_nvdla.registers.source import OPENDLA


class S_NVDLA_HW_VERSION(Register, offset=0x1000):
    major = Bits(7, 0, source=OPENDLA)
    minor = Bits(23, 8, source=OPENDLA)


class S_INTR_MASK(Register, offset=0x1004):
    sdp_done_mask0 = Bits(0, 0, source=OPENDLA)
    sdp_done_mask1 = Bits(1, 1, source=OPENDLA)
    cdp_done_mask0 = Bits(2, 2, source=OPENDLA)
    cdp_done_mask1 = Bits(3, 3, source=OPENDLA)
    pdp_done_mask0 = Bits(4, 4, source=OPENDLA)
    pdp_done_mask1 = Bits(5, 5, source=OPENDLA)
    bdma_done_mask0 = Bits(6, 6, source=OPENDLA)
    bdma_done_mask1 = Bits(7, 7, source=OPENDLA)
    rubik_done_mask0 = Bits(8, 8, source=OPENDLA)
    rubik_done_mask1 = Bits(9, 9, source=OPENDLA)
    cdma_dat_done_mask0 = Bits(16, 16, source=OPENDLA)
    cdma_dat_done_mask1 = Bits(17, 17, source=OPENDLA)
    cdma_wt_done_mask0 = Bits(18, 18, source=OPENDLA)
    cdma_wt_done_mask1 = Bits(19, 19, source=OPENDLA)
    cacc_done_mask0 = Bits(20, 20, source=OPENDLA)
    cacc_done_mask1 = Bits(21, 21, source=OPENDLA)


class S_INTR_SET(Register, offset=0x1008):
    sdp_done_set0 = Bits(0, 0, source=OPENDLA)
    sdp_done_set1 = Bits(1, 1, source=OPENDLA)
    cdp_done_set0 = Bits(2, 2, source=OPENDLA)
    cdp_done_set1 = Bits(3, 3, source=OPENDLA)
    pdp_done_set0 = Bits(4, 4, source=OPENDLA)
    pdp_done_set1 = Bits(5, 5, source=OPENDLA)
    bdma_done_set0 = Bits(6, 6, source=OPENDLA)
    bdma_done_set1 = Bits(7, 7, source=OPENDLA)
    rubik_done_set0 = Bits(8, 8, source=OPENDLA)
    rubik_done_set1 = Bits(9, 9, source=OPENDLA)
    cdma_dat_done_set0 = Bits(16, 16, source=OPENDLA)
    cdma_dat_done_set1 = Bits(17, 17, source=OPENDLA)
    cdma_wt_done_set0 = Bits(18, 18, source=OPENDLA)
    cdma_wt_done_set1 = Bits(19, 19, source=OPENDLA)
    cacc_done_set0 = Bits(20, 20, source=OPENDLA)
    cacc_done_set1 = Bits(21, 21, source=OPENDLA)


class S_INTR_STATUS(Register, offset=0x100C):
    sdp_done_status0 = Bits(0, 0, source=OPENDLA)
    sdp_done_status1 = Bits(1, 1, source=OPENDLA)
    cdp_done_status0 = Bits(2, 2, source=OPENDLA)
    cdp_done_status1 = Bits(3, 3, source=OPENDLA)
    pdp_done_status0 = Bits(4, 4, source=OPENDLA)
    pdp_done_status1 = Bits(5, 5, source=OPENDLA)
    bdma_done_status0 = Bits(6, 6, source=OPENDLA)
    bdma_done_status1 = Bits(7, 7, source=OPENDLA)
    rubik_done_status0 = Bits(8, 8, source=OPENDLA)
    rubik_done_status1 = Bits(9, 9, source=OPENDLA)
    cdma_dat_done_status0 = Bits(16, 16, source=OPENDLA)
    cdma_dat_done_status1 = Bits(17, 17, source=OPENDLA)
    cdma_wt_done_status0 = Bits(18, 18, source=OPENDLA)
    cdma_wt_done_status1 = Bits(19, 19, source=OPENDLA)
    cacc_done_status0 = Bits(20, 20, source=OPENDLA)
    cacc_done_status1 = Bits(21, 21, source=OPENDLA)


RESET: dict[type[Register], int] = {
    S_NVDLA_HW_VERSION: 0x303031,
}
"""The registers whose value at reset is not 0."""
