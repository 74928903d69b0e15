# SPDX-License-Identifier: MIT
"""What changes in a task's words when it becomes a job of its own."""

from __future__ import annotations

import numpy as np

from npucore_rocket.registers.cna import CNA_CBUF_CON0
from npucore_rocket.stream import OFFSET_BITS, OFFSET_MASK, Words

REUSE = np.uint64(CNA_CBUF_CON0(weight_reuse=1).word << OFFSET_BITS)


def without_reuse(words: Words) -> Words:
    """The words of a task that loads its weights itself instead of finding them in the CBUF.

    Another process's job may have used the core since the last job. The weights' address is in
    every task.

    >>> from npucore_rocket.stream import write
    >>> task = np.array([write(CNA_CBUF_CON0(weight_bank=2, weight_reuse=1))], np.uint64)
    >>> without_reuse(task)[0] == write(CNA_CBUF_CON0(weight_bank=2))
    True
    """
    place = words & np.uint64(OFFSET_MASK) == CNA_CBUF_CON0.offset
    changed: Words = np.where(place, words & ~REUSE, words)
    return changed
