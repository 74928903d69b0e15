# SPDX-License-Identifier: MIT
"""How long a task takes at least, from its words: MACs, post-processing and memory at once.

Rates are those that the maker publishes for a configuration (hardware reference 2.3): a step of
the MACs takes a cycle, SDP and PDP give so many results in one. The host's writes between tasks
and waits for interrupts are not known.
"""

from __future__ import annotations

from dataclasses import dataclass

from npucore.contract.cost import Bound, Speed
from npucore_nvdla.chip import Chip
from npucore_nvdla.registers import csc, pdp, sdp, sdp_rdma
from npucore_nvdla.sim.convolve import window
from npucore_nvdla.stream import CONVOLUTION, POOL, Settings, Words, enabled


@dataclass(frozen=True, slots=True)
class Work:
    """The work of one or several tasks; *macs* are all that are done, those by 0 too."""

    macs: float
    mac_cycles: float
    post_cycles: float
    bytes: float
    memory_cycles: float
    lanes: int

    def __add__(self, other: Work) -> Work:
        return Work(
            self.macs + other.macs,
            self.mac_cycles + other.mac_cycles,
            self.post_cycles + other.post_cycles,
            self.bytes + other.bytes,
            self.memory_cycles + other.memory_cycles,
            self.lanes,
        )

    def seconds(self, clock: float) -> float:
        """At *clock* Hz."""
        return max(self.mac_cycles, self.post_cycles, self.memory_cycles) / clock

    def utilisation(self, clock: float) -> float:
        """The part of the MACs' time that is used, 0 to 1."""
        return self.macs / (self.lanes * clock * self.seconds(clock))

    @property
    def bound(self) -> Bound:
        """The slowest one."""
        each = {
            Bound.MACS: self.mac_cycles,
            Bound.POST: self.post_cycles,
            Bound.MEMORY: self.memory_cycles,
        }
        return max(each, key=lambda bound: each[bound])


def speed(chip: Chip, clock: float) -> Speed:
    """Of the whole chip; nobody has measured what surrounds its tasks."""
    lanes = chip.atomic_c * chip.atomic_k
    left_out = "the host's writes and waits, and conversions"
    return Speed(chip.name, clock, 1, lanes * clock, chip.bus_bytes * clock, left_out)


def work(words: Words, chip: Chip) -> Work:
    """Of one task."""
    s, names, lanes = Settings(dict(words.tolist())), enabled(words), chip.atomic_c * chip.atomic_k
    if names == POOL:
        channels = s(pdp.D_DATA_CUBE_IN_CHANNEL).word + 1
        read = (s(pdp.D_DATA_CUBE_IN_HEIGHT).word + 1) * (s(pdp.D_DATA_CUBE_IN_WIDTH).word + 1)
        out = (s(pdp.D_DATA_CUBE_OUT_HEIGHT).word + 1) * (s(pdp.D_DATA_CUBE_OUT_WIDTH).word + 1)
        moved = float((read + out) * channels)
        cycles = read * channels / chip.pool_throughput
        return Work(0.0, 0.0, cycles, moved, moved / chip.bus_bytes, lanes)
    rows, columns = s(sdp.D_DATA_CUBE_HEIGHT).word + 1, s(sdp.D_DATA_CUBE_WIDTH).word + 1
    results = rows * columns * (s(sdp.D_DATA_CUBE_CHANNEL).word + 1)
    cycles = results / chip.post_throughput
    if names != CONVOLUTION:
        readers = s(sdp_rdma.D_BRDMA_CFG), s(sdp_rdma.D_NRDMA_CFG)
        maps = readers[0].brdma_data_mode + readers[1].nrdma_data_mode
        moved = float(results * (2 + maps))
        return Work(0.0, 0.0, cycles, moved, moved / chip.bus_bytes, lanes)
    over = window(s)
    moved = float(over.rows * over.columns * over.channels + results + s(csc.D_WEIGHT_BYTES).word)
    taps = rows * columns * over.size[0] * over.size[1]
    steps = taps * -(-over.channels // chip.atomic_c) * -(-over.kernels // chip.atomic_k)
    macs = float(taps * over.channels * over.kernels)
    return Work(macs, float(steps), cycles, moved, moved / chip.bus_bytes, lanes)
