# SPDX-License-Identifier: MIT
"""What is read from and changed in the words of tasks that become jobs."""

from __future__ import annotations

import numpy as np

from npucore_rocket.registers.cna import CNA_CBUF_CON0
from npucore_rocket.registers.dpu import DPU_DST_BASE_ADDR
from npucore_rocket.registers.ppu import PPU_DST_BASE_ADDR
from npucore_rocket.stream import OFFSET_BITS, OFFSET_MASK, Words, value_and_offset

WRITERS = (DPU_DST_BASE_ADDR.offset, PPU_DST_BASE_ADDR.offset)
REUSE = np.uint64(CNA_CBUF_CON0(weight_reuse=1).word << OFFSET_BITS)


def without_reuse(words: Words) -> Words:
    """The words of a task that loads its weights itself instead of finding them in the CBUF.

    Another process's job may have used the core since the last job. The weights' address is in
    every task.

    >>> from npucore_rocket.stream import write
    >>> task = np.array([write(CNA_CBUF_CON0(weight_bank=2, weight_reuse=1))], np.uint64)
    >>> int(without_reuse(task)[0]) == write(CNA_CBUF_CON0(weight_bank=2))
    True
    """
    place = words & np.uint64(OFFSET_MASK) == CNA_CBUF_CON0.offset
    changed: Words = np.where(place, words & ~REUSE, words)
    return changed


def destination(words: Words) -> int | None:
    """Where a task's DPU or PPU begins to write; None if neither does.

    >>> from npucore_rocket.stream import write
    >>> hex(destination(np.array([write(DPU_DST_BASE_ADDR.decode(0x2000))], np.uint64)))
    '0x2000'
    >>> hex(destination(np.array([write(PPU_DST_BASE_ADDR.decode(0x3000))], np.uint64)))
    '0x3000'
    """
    found = words[np.isin(words & np.uint64(OFFSET_MASK), WRITERS)]
    return value_and_offset(int(found[-1]))[0] if found.size else None
