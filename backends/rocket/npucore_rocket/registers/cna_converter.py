# SPDX-License-Identifier: MIT
"""Input converter of the CNA."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_rocket.registers.codes import (
    ROUNDING,
)
from npucore_rocket.registers.source import MESA, TRM


class CNA_CVT_CON0(Register, offset=0x104C):
    """Input converter."""

    cvt_truncate_3 = Bits(27, 22, "right shift, channel 3", MESA)
    cvt_truncate_2 = Bits(21, 16, "right shift, channel 2", MESA)
    cvt_truncate_1 = Bits(15, 10, "right shift, channel 1", MESA)
    cvt_truncate_0 = Bits(9, 4, "right shift, channel 0", MESA)
    data_sign = Bits(3, 3, "1: feature bytes are signed", MESA)
    round_type = Bits(2, 2, "rounding", TRM, ROUNDING)
    cvt_type = Bits(1, 1, "order", MESA, {0: "multiply then add", 1: "add then multiply"})
    cvt_bypass = Bits(0, 0, "1: converter off", MESA)


class CNA_CVT_CON1(Register, offset=0x1050):
    """Converter constants of channel 0."""

    cvt_scale0 = Bits(31, 16, "signed multiplier", MESA, signed=True)
    cvt_offset0 = Bits(15, 0, "signed addend", MESA, signed=True)


class CNA_CVT_CON2(Register, offset=0x1054):
    """Converter constants of channel 1."""

    cvt_scale1 = Bits(31, 16, "signed multiplier", MESA, signed=True)
    cvt_offset1 = Bits(15, 0, "signed addend", MESA, signed=True)


class CNA_CVT_CON3(Register, offset=0x1058):
    """Converter constants of channel 2."""

    cvt_scale2 = Bits(31, 16, "signed multiplier", MESA, signed=True)
    cvt_offset2 = Bits(15, 0, "signed addend", MESA, signed=True)


class CNA_CVT_CON4(Register, offset=0x105C):
    """Converter constants of channel 3."""

    cvt_scale3 = Bits(31, 16, "signed multiplier", MESA, signed=True)
    cvt_offset3 = Bits(15, 0, "signed addend", MESA, signed=True)


class CNA_CVT_CON5(Register, offset=0x1180):
    """Converter enable."""

    per_channel_cvt_en = Bits(31, 0, "one bit per channel of a 128-bit atom", MESA)
