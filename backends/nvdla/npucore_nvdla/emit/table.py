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
from npucore_nvdla.registers import sdp
from npucore_nvdla.stream import LE_ENTRIES, loading


def third(table: bytes | None) -> sdp.D_DP_EW_CFG:
    """The stage with a table alone, or nothing of it."""
    if table is None:
        return sdp.D_DP_EW_CFG(ew_bypass=1)
    return sdp.D_DP_EW_CFG(ew_alu_bypass=1, ew_mul_bypass=1)


def loaded(table: bytes | None) -> list[Register]:
    """The writes that load *table*, (256,) int16 for -128 to 127; none without one."""
    if table is None:
        return []
    answers = np.frombuffer(table, np.int16).astype(np.uint16).tolist()
    entries = [*answers, answers[-1]]
    return loading(entries, entries[:LE_ENTRIES])
