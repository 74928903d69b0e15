# SPDX-License-Identifier: MIT
"""The chips of the family; every other file takes its sizes from here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chip:
    """One kind of NPU.

    Parameters
    ----------
    compatible
        What device trees call it.
    buffer_bytes
        On-chip memory: what a task reads has to fit into it at once.
    cores
        Each runs tasks of its own.
    """

    name: str
    compatible: str
    buffer_bytes: int
    cores: int


T1 = Chip("t1", "example,tinyacc-t1", buffer_bytes=16 * 1024, cores=1)
T2 = Chip("t2", "example,tinyacc-t2", buffer_bytes=128 * 1024, cores=2)
CHIPS = {chip.name: chip for chip in (T1, T2)}

MOST_SIDE = 65535  # rows, columns or channels of a task: 16 bits each
LANES = 8  # kernels that are computed side by side
DEPTH = 8  # channels of each that are multiplied in a cycle
BUS_BYTES = 8  # from or to memory in a cycle
CLOCK = 5e8  # Hz
