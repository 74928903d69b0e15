# SPDX-License-Identifier: MIT
"""SDP's third stage: a table of 256 answers, and how it is loaded in front of a task.

The table LO has an entry for every byte, so that nothing is ever between two. The table LE has the
same ones as far as it goes, and slopes of 0: whichever of the two is taken, and however a number
at the start of a range is judged, the answer is the same.
Source: nvdla.org, LUT programming; registers of OPENDLA.
"""

from __future__ import annotations

import numpy as np

from npucore.hw.registers import Register
from npucore_nvdla.registers import sdp, sdp_lut

LE, LO = 0, 1  # TABLE_ID, and PRIORITY
LE_ENTRIES, LO_ENTRIES = 65, 257
LINEAR = 1  # LE_FUNCTION
FIRST, END = -128, 128


def third(table: bytes | None) -> sdp.D_DP_EW_CFG:
    """The stage with a table alone, or nothing of it."""
    if table is None:
        return sdp.D_DP_EW_CFG(ew_bypass=1)
    return sdp.D_DP_EW_CFG(ew_alu_bypass=1, ew_mul_bypass=1)


def loading(table: bytes | None) -> list[Register]:
    """The writes that load *table*, (256,) int16 for -128 to 127; none without one."""
    if table is None:
        return []
    answers = np.frombuffer(table, np.int16).astype(np.uint16).tolist()
    entries = [*answers, answers[-1]]
    return [
        *_load(LO, entries),
        *_load(LE, entries[:LE_ENTRIES]),
        sdp_lut.S_LUT_CFG(
            lut_le_function=LINEAR,
            lut_uflow_priority=LO,
            lut_oflow_priority=LO,
            lut_hybrid_priority=LO,
        ),
        sdp_lut.S_LUT_INFO(),
        sdp_lut.S_LUT_LE_START(lut_le_start=FIRST & 0xFFFFFFFF),
        sdp_lut.S_LUT_LE_END(lut_le_end=FIRST + LE_ENTRIES - 1 & 0xFFFFFFFF),
        sdp_lut.S_LUT_LO_START(lut_lo_start=FIRST & 0xFFFFFFFF),
        sdp_lut.S_LUT_LO_END(lut_lo_end=END),
        sdp_lut.S_LUT_LE_SLOPE_SCALE(),
        sdp_lut.S_LUT_LE_SLOPE_SHIFT(),
        sdp_lut.S_LUT_LO_SLOPE_SCALE(),
        sdp_lut.S_LUT_LO_SLOPE_SHIFT(),
    ]


def _load(table: int, entries: list[int]) -> list[Register]:
    """The first address, then every entry: the address goes on by itself."""
    access = sdp_lut.S_LUT_ACCESS_CFG(lut_table_id=table, lut_access_type=1)
    return [access, *(sdp_lut.S_LUT_ACCESS_DATA(lut_data=entry) for entry in entries)]
