# SPDX-License-Identifier: MIT
"""SDP's look-up tables, in configurations that have them. Names and bits are the maker's."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_nvdla.registers.source import OPENDLA


class S_LUT_ACCESS_CFG(Register, offset=0x9008):
    lut_addr = Bits(9, 0, source=OPENDLA)
    lut_table_id = Bits(16, 16, source=OPENDLA)
    lut_access_type = Bits(17, 17, source=OPENDLA)


class S_LUT_ACCESS_DATA(Register, offset=0x900C):
    lut_data = Bits(15, 0, source=OPENDLA)


class S_LUT_CFG(Register, offset=0x9010):
    lut_le_function = Bits(0, 0, source=OPENDLA)
    lut_uflow_priority = Bits(4, 4, source=OPENDLA)
    lut_oflow_priority = Bits(5, 5, source=OPENDLA)
    lut_hybrid_priority = Bits(6, 6, source=OPENDLA)


class S_LUT_INFO(Register, offset=0x9014):
    lut_le_index_offset = Bits(7, 0, source=OPENDLA)
    lut_le_index_select = Bits(15, 8, source=OPENDLA)
    lut_lo_index_select = Bits(23, 16, source=OPENDLA)


class S_LUT_LE_START(Register, offset=0x9018):
    lut_le_start = Bits(31, 0, source=OPENDLA)


class S_LUT_LE_END(Register, offset=0x901C):
    lut_le_end = Bits(31, 0, source=OPENDLA)


class S_LUT_LO_START(Register, offset=0x9020):
    lut_lo_start = Bits(31, 0, source=OPENDLA)


class S_LUT_LO_END(Register, offset=0x9024):
    lut_lo_end = Bits(31, 0, source=OPENDLA)


class S_LUT_LE_SLOPE_SCALE(Register, offset=0x9028):
    lut_le_slope_uflow_scale = Bits(15, 0, source=OPENDLA)
    lut_le_slope_oflow_scale = Bits(31, 16, source=OPENDLA)


class S_LUT_LE_SLOPE_SHIFT(Register, offset=0x902C):
    lut_le_slope_uflow_shift = Bits(4, 0, source=OPENDLA)
    lut_le_slope_oflow_shift = Bits(9, 5, source=OPENDLA)


class S_LUT_LO_SLOPE_SCALE(Register, offset=0x9030):
    lut_lo_slope_uflow_scale = Bits(15, 0, source=OPENDLA)
    lut_lo_slope_oflow_scale = Bits(31, 16, source=OPENDLA)


class S_LUT_LO_SLOPE_SHIFT(Register, offset=0x9034):
    lut_lo_slope_uflow_shift = Bits(4, 0, source=OPENDLA)
    lut_lo_slope_oflow_shift = Bits(9, 5, source=OPENDLA)


RESET: dict[type[Register], int] = {}
"""The registers whose value at reset is not 0."""
