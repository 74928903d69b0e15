# SPDX-License-Identifier: MIT
"""How long a task takes, from its words: MACs and memory at once, whichever is slower."""

from __future__ import annotations

from dataclasses import dataclass

from npucore.contract.cost import Bound, Speed
from npucore_tinyacc import registers as r
from npucore_tinyacc.chip import BUS_BYTES, DEPTH, LANES
from npucore_tinyacc.stream import Settings, Words, decode, extents


@dataclass(frozen=True, slots=True)
class Work:
    """The work of one or several tasks; *macs* are the useful ones."""

    macs: float
    mac_cycles: float
    bytes: float

    def __add__(self, other: Work) -> Work:
        cycles = self.mac_cycles + other.mac_cycles
        return Work(self.macs + other.macs, cycles, self.bytes + other.bytes)

    def seconds(self, clock: float) -> float:
        """On one core at *clock* Hz."""
        return max(self.mac_cycles, self.bytes / BUS_BYTES) / clock

    def utilisation(self, clock: float) -> float:
        """The part of the MACs' time that is used."""
        return self.macs / (LANES * DEPTH * clock * self.seconds(clock))

    @property
    def bound(self) -> Bound:
        """The slower one."""
        return Bound.MACS if self.mac_cycles > self.bytes / BUS_BYTES else Bound.MEMORY


def speed(chip: str, clock: float, cores: int) -> Speed:
    """Of one core; nobody has measured what surrounds its tasks."""
    unmodelled = "the driver and conversions"
    return Speed(chip, clock, cores, LANES * DEPTH * clock, BUS_BYTES * clock, unmodelled)


def work(words: Words) -> Work:
    """Of one task."""
    settings = Settings(decode(words))
    moved = float(sum(extents(settings).values()))
    if settings(r.GO).kind == r.ADD:
        return Work(0.0, 0.0, moved)
    out, window, channels = settings(r.OUT_SIZE), settings(r.WINDOW), settings(r.CHANNELS)
    taps = out.rows * out.columns * window.rows * window.columns
    cycles = taps * -(-channels.outputs // LANES) * -(-channels.inputs // DEPTH)
    return Work(taps * channels.inputs * channels.outputs, cycles, moved)
