# SPDX-License-Identifier: MIT
"""Where a task's results appear, for whoever wants to see whether it has run."""

from __future__ import annotations

from npucore_rocket.registers.dpu import DPU_DST_BASE_ADDR
from npucore_rocket.stream import Words
from npucore_rocket.validate.buffers import Extent
from npucore_rocket.validate.extents import written
from npucore_rocket.validate.kinds import classify
from npucore_rocket.validate.task import ATOM
from npucore_rocket.validate.words import read


def output(words: Words) -> Extent:
    """Every byte between the first and the last one that a valid task writes."""
    return written(classify(read(words))).extent


def first_surface(words: Words) -> Extent:
    """The first 16 channels of it: all of its bytes are written."""
    task = classify(read(words))
    address = task[DPU_DST_BASE_ADDR.dst_base_addr]
    return Extent(address, address + task.out_pixels * ATOM)
