# SPDX-License-Identifier: MIT
"""How long a job takes at least, as far as facts go: the MACs of the NN cores.

Each NN core does 64 MACs of 8 bits a cycle (vsim hardware reference, section 1: seen in the maker's
model). What zeros save that are skipped, and how fast memory and the TP cores are, is not
published. So jobs of the TP cores have no cost here, and a convolution takes what is said or
longer. The clock of 800 MHz is a guess of the hardware reference for the A311D.
"""

from __future__ import annotations

from dataclasses import dataclass

from npucore.contract.cost import Bound, Speed
from npucore_vsim.chip import MACS, Chip
from npucore_vsim.registers import NNDescriptor


@dataclass(frozen=True, slots=True)
class Work:
    """The work of one or several jobs of the NN cores.

    *capacity* are the MACs that all cores could do meanwhile, *bytes* those of images, each once.
    """

    macs: float
    capacity: float
    cycles: float
    bytes: float

    def __add__(self, other: Work) -> Work:
        return Work(
            self.macs + other.macs,
            self.capacity + other.capacity,
            self.cycles + other.cycles,
            self.bytes + other.bytes,
        )

    def seconds(self, clock: float) -> float:
        """At *clock* Hz, at least."""
        return self.cycles / clock

    def utilisation(self, clock: float) -> float:
        """The part of the MACs that is used, 0 to 1: cores without kernels of their own wait."""
        return self.macs / self.capacity if self.capacity else 0.0

    @property
    def bound(self) -> Bound:
        """The MACs: nothing else is counted."""
        return Bound.MACS


def speed(chip: Chip, clock: float) -> Speed:
    """Of all NN cores, which work on one inference together."""
    left_out = "TP jobs, memory, the driver and conversions"
    return Speed(chip.name, clock, 1, MACS * chip.cores * clock, None, left_out)


def work(job: NNDescriptor, chip: Chip) -> Work:
    """Of a convolution, each core computing its share of the kernels."""
    depth = 1 if job.depthwise else job.kernel_z_size
    taps = job.kernel_xy_size * job.kernel_y_size * depth
    pixels = job.out_image_x_size * job.out_image_y_size
    kernels = job.out_image_z_size
    share = -(-kernels // chip.cores)
    size = job.in_image_x_size * job.in_image_y_size * job.kernel_z_size + pixels * kernels
    each = pixels * taps * share  # of the core with most kernels
    return Work(pixels * taps * kernels, each * chip.cores, each / MACS, float(size))
