# SPDX-License-Identifier: MIT
"""Weight decompressor of the CNA: also where plain weights come from."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_rocket.registers.source import HAPPYME, MESA, TRM


class CNA_DCOMP_CTRL(Register, offset=0x1100):
    """Weight decompressor."""

    wt_dec_bypass = Bits(3, 3, "1: bypass", TRM)
    decomp_control = Bits(2, 0, "mode, 0 for plain weights", HAPPYME)


class CNA_DCOMP_REGNUM(Register, offset=0x1104):
    """Weight decompressor."""

    dcomp_regnum = Bits(31, 0, "register count, 0 for plain weights", HAPPYME)


class CNA_DCOMP_ADDR0(Register, offset=0x1110):
    """Weight address."""

    decompress_addr0 = Bits(31, 0, "NPU address of the weights (16-byte aligned)", MESA)


class CNA_DCOMP_AMOUNT0(Register, offset=0x1140):
    """Compressed stream of lane 0."""

    dcomp_amount0 = Bits(31, 0, "16-byte blocks minus one; 0 for plain weights", HAPPYME)


class CNA_DCOMP_AMOUNT1(Register, offset=0x1144):
    """Compressed stream of lane 1."""

    dcomp_amount1 = Bits(31, 0, "16-byte blocks minus one; 0 for plain weights", HAPPYME)


class CNA_DCOMP_AMOUNT2(Register, offset=0x1148):
    """Compressed stream of lane 2."""

    dcomp_amount2 = Bits(31, 0, "16-byte blocks minus one; 0 for plain weights", HAPPYME)


class CNA_DCOMP_AMOUNT3(Register, offset=0x114C):
    """Compressed stream of lane 3."""

    dcomp_amount3 = Bits(31, 0, "16-byte blocks minus one; 0 for plain weights", HAPPYME)


class CNA_DCOMP_AMOUNT4(Register, offset=0x1150):
    """Compressed stream of lane 4."""

    dcomp_amount4 = Bits(31, 0, "16-byte blocks minus one; 0 for plain weights", HAPPYME)


class CNA_DCOMP_AMOUNT5(Register, offset=0x1154):
    """Compressed stream of lane 5."""

    dcomp_amount5 = Bits(31, 0, "16-byte blocks minus one; 0 for plain weights", HAPPYME)


class CNA_DCOMP_AMOUNT6(Register, offset=0x1158):
    """Compressed stream of lane 6."""

    dcomp_amount6 = Bits(31, 0, "16-byte blocks minus one; 0 for plain weights", HAPPYME)


class CNA_DCOMP_AMOUNT7(Register, offset=0x115C):
    """Compressed stream of lane 7."""

    dcomp_amount7 = Bits(31, 0, "16-byte blocks minus one; 0 for plain weights", HAPPYME)


class CNA_DCOMP_AMOUNT8(Register, offset=0x1160):
    """Compressed stream of lane 8."""

    dcomp_amount8 = Bits(31, 0, "16-byte blocks minus one; 0 for plain weights", HAPPYME)


class CNA_DCOMP_AMOUNT9(Register, offset=0x1164):
    """Compressed stream of lane 9."""

    dcomp_amount9 = Bits(31, 0, "16-byte blocks minus one; 0 for plain weights", HAPPYME)


class CNA_DCOMP_AMOUNT10(Register, offset=0x1168):
    """Compressed stream of lane 10."""

    dcomp_amount10 = Bits(31, 0, "16-byte blocks minus one; 0 for plain weights", HAPPYME)


class CNA_DCOMP_AMOUNT11(Register, offset=0x116C):
    """Compressed stream of lane 11."""

    dcomp_amount11 = Bits(31, 0, "16-byte blocks minus one; 0 for plain weights", HAPPYME)


class CNA_DCOMP_AMOUNT12(Register, offset=0x1170):
    """Compressed stream of lane 12."""

    dcomp_amount12 = Bits(31, 0, "16-byte blocks minus one; 0 for plain weights", HAPPYME)


class CNA_DCOMP_AMOUNT13(Register, offset=0x1174):
    """Compressed stream of lane 13."""

    dcomp_amount13 = Bits(31, 0, "16-byte blocks minus one; 0 for plain weights", HAPPYME)


class CNA_DCOMP_AMOUNT14(Register, offset=0x1178):
    """Compressed stream of lane 14."""

    dcomp_amount14 = Bits(31, 0, "16-byte blocks minus one; 0 for plain weights", HAPPYME)


class CNA_DCOMP_AMOUNT15(Register, offset=0x117C):
    """Compressed stream of lane 15."""

    dcomp_amount15 = Bits(31, 0, "16-byte blocks minus one; 0 for plain weights", HAPPYME)
