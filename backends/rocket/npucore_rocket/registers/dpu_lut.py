# SPDX-License-Identifier: MIT
"""Look-up table of the DPU."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_rocket.registers.source import ALLBILLY, LUT, TRM


class DPU_LUT_ACCESS_CFG(Register, offset=0x4100):
    """Table port; the address increments with every data access."""

    lut_access_type = Bits(17, 17, "access", LUT, {0: "read", 1: "write"})
    lut_table_id = Bits(16, 16, "table", LUT, {0: "LE", 1: "LO"})
    lut_addr = Bits(9, 0, "first entry", ALLBILLY)


class DPU_LUT_ACCESS_DATA(Register, offset=0x4104):
    """Table port."""

    lut_access_data = Bits(15, 0, "entry; streams sign-extend it", LUT, signed=True)


class DPU_LUT_CFG(Register, offset=0x4108):
    """Table selection."""

    lut_cal_sel = Bits(7, 7, "used with LUT_EXPAND_EN", TRM)
    lut_hybrid_priority = Bits(6, 6, "when both tables hit", LUT, {0: "LE", 1: "LO"})
    lut_oflow_priority = Bits(5, 5, "above both", LUT, {0: "LE", 1: "LO"})
    lut_uflow_priority = Bits(4, 4, "below both", TRM, {0: "LE", 1: "LO"})
    lut_lo_le_mux = Bits(3, 2, "2 in every known stream", LUT)
    lut_expand_en = Bits(1, 1, "1: join both tables", TRM)
    lut_road_sel = Bits(0, 0, "path select", TRM)


class DPU_LUT_INFO(Register, offset=0x410C):
    """Index generation."""

    lut_lo_index_select = Bits(23, 16, "log2 of the LO step", LUT)
    lut_le_index_select = Bits(15, 8, "log2 of the LE step", LUT)


class DPU_LUT_LE_START(Register, offset=0x4110):
    """LE range."""

    lut_le_start = Bits(31, 0, "first x", LUT, signed=True)


class DPU_LUT_LE_END(Register, offset=0x4114):
    """LE range."""

    lut_le_end = Bits(31, 0, "last x", LUT, signed=True)


class DPU_LUT_LO_START(Register, offset=0x4118):
    """LO range."""

    lut_lo_start = Bits(31, 0, "first x", LUT, signed=True)


class DPU_LUT_LO_END(Register, offset=0x411C):
    """LO range."""

    lut_lo_end = Bits(31, 0, "last x", LUT, signed=True)


class DPU_LUT_LE_SLOPE_SCALE(Register, offset=0x4120):
    """Extrapolation."""

    lut_le_slope_oflow_scale = Bits(31, 16, "slope above the range", TRM)
    lut_le_slope_uflow_scale = Bits(15, 0, "slope below the range", TRM)


class DPU_LUT_LE_SLOPE_SHIFT(Register, offset=0x4124):
    """Extrapolation."""

    lut_le_slope_oflow_shift = Bits(9, 5, "right shift of the slope above", TRM)
    lut_le_slope_uflow_shift = Bits(4, 0, "right shift of the slope below", TRM)


class DPU_LUT_LO_SLOPE_SCALE(Register, offset=0x4128):
    """Extrapolation."""

    lut_lo_slope_oflow_scale = Bits(31, 16, "slope above the range", ALLBILLY)
    lut_lo_slope_uflow_scale = Bits(15, 0, "slope below the range", TRM)


class DPU_LUT_LO_SLOPE_SHIFT(Register, offset=0x412C):
    """Extrapolation."""

    lut_lo_slope_oflow_shift = Bits(9, 5, "right shift of the slope above", ALLBILLY)
    lut_lo_slope_uflow_shift = Bits(4, 0, "right shift of the slope below", TRM)
