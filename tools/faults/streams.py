# SPDX-License-Identifier: MIT
"""Good jobs written register by register, of every kind of task that is no plain convolution."""

from __future__ import annotations

import numpy as np

from npucore.family.code import ACTIVATIONS, COMMANDS, CONSTANTS
from npucore_rocket.stream import Words
from npucore_rocket.validate import Buffer, Fetch
from tools.faults.alone import alone, copy, looked_up, number, two_maps, with_tables
from tools.faults.convolutions import convolved, dilated, fused, transposed
from tools.faults.halves import for_all_pixels, pointwise, table_of_halves, two_halves
from tools.faults.halves import transposed as spread
from tools.faults.jobs import Job
from tools.faults.pools import pooled
from tools.faults.registers import CODE, FIRST, WEIGHTS

STARTS = {CONSTANTS: WEIGHTS, ACTIVATIONS: FIRST, COMMANDS: CODE}
SIZES = {CONSTANTS: 0x8000, ACTIVATIONS: 0xC000, COMMANDS: 0x4000}


def hand_made() -> list[Job]:
    """One job of each kind; the last ones have a table, 8 KiB of words."""
    return [
        job("a copy by the DPU alone", alone(copy())),
        job("the sum of two maps by the DPU alone", alone(two_maps())),
        job("the maximum of a map and a number", alone(number())),
        job("a maximum over windows of 3x3, stride 2", pooled()),
        job("an average over windows of 2x2", pooled(average=True)),
        job("transposed 3x3, stride 2", convolved(transposed())),
        job("dilated 3x3", convolved(dilated())),
        job("fp16: 1x1 with a bias and a clamp", convolved(pointwise())),
        job("fp16: transposed 2x2, stride 2", convolved(spread())),
        job("fp16: the sum of two maps by the DPU alone", alone(two_halves())),
        job("fp16: a map and a number of each channel", alone(for_all_pixels())),
        job("fp16: a table by the DPU alone", with_tables(alone(table_of_halves()))),
        job("a table by the DPU alone", with_tables(alone(looked_up()))),
        job("1x1 with a table behind", with_tables(convolved(fused()))),
    ]


def job(name: str, *tasks: Words) -> Job:
    """Tasks one behind the other, in three buffers."""
    buffers = [Buffer(b, STARTS[b], SIZES[b], b == ACTIVATIONS) for b in STARTS]
    fetches, address = [], CODE
    for words in tasks:
        fetches.append(Fetch(address, words))
        address += -(-words.nbytes // 64) * 64
    constants = np.random.default_rng(3).integers(0, 256, SIZES[CONSTANTS], np.uint8)
    return Job(name, tuple(fetches), tuple(buffers), constants)
