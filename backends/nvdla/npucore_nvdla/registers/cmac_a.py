# SPDX-License-Identifier: MIT
"""CMAC_A: the first half of the MACs. Names and bits are the maker's."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_nvdla.registers.source import OPENDLA


class S_STATUS(Register, offset=0x5000):
    status_0 = Bits(1, 0, source=OPENDLA)
    status_1 = Bits(17, 16, source=OPENDLA)


class S_POINTER(Register, offset=0x5004):
    producer = Bits(0, 0, source=OPENDLA)
    consumer = Bits(16, 16, source=OPENDLA)


class D_OP_ENABLE(Register, offset=0x5008):
    op_en = Bits(0, 0, source=OPENDLA)


class D_MISC_CFG(Register, offset=0x500C):
    conv_mode = Bits(0, 0, source=OPENDLA)
    proc_precision = Bits(13, 12, source=OPENDLA)


RESET: dict[type[Register], int] = {
    D_MISC_CFG: 0x1000,
}
"""The registers whose value at reset is not 0."""
