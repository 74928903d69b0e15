# SPDX-License-Identifier: MIT
"""The kinds of NPU of the family: the limits, rates and dialect of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from npucore_rocket.chip.places import Dialect


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest of each that a task is told of.

    Parameters
    ----------
    side, channels
        Of maps: rows or columns, and channels.
    kernel, stride, padding
        Of windows, in either direction.
    depthwise
        Channels of one depthwise task.
    """

    side: int
    channels: int
    kernel: int
    stride: int
    padding: int
    depthwise: int


@dataclass(frozen=True, slots=True)
class Grains:
    """The lines that have to be in the CBUF before the MACs start: *fixed*, and the stride.

    Parameters
    ----------
    kernel
        Whether the kernel's rows are added.
    narrow
        Widths of outputs below each of which the stride is added once more.
    least
        How many more than the kernel's rows and the stride are needed.
    """

    fixed: int
    kernel: bool
    narrow: tuple[int, ...]
    least: int

    def lines(self, kernel: int, stride: int, width: int) -> int:
        """For kernels of so many rows, and so many output columns.

        >>> Grains(0, True, (28, 14), 0).lines(3, 2, 20)
        7
        """
        times = 1 + sum(width < each for each in self.narrow)
        return self.fixed + kernel * self.kernel + stride * times


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of a core, for each cycle.

    Parameters
    ----------
    depthwise_macs
        Of depthwise convolutions; of others it is a group of kernels times a tile of channels.
    outputs, lut_outputs
        Behind the accumulator, and through the lookup table.
    bytes
        To and from memory.
    """

    depthwise_macs: int
    outputs: int
    lut_outputs: int
    bytes: float


@dataclass(frozen=True, slots=True)
class Halves:
    """A chip at fp16: as `Chip`, in elements of two bytes."""

    channel_step: int
    kernel_group: int
    depthwise_group: int


@dataclass(frozen=True, slots=True)
class Chip:
    """One kind of NPU.

    Parameters
    ----------
    compatible
        What device trees call the chip.
    cores
        Identical cores, each with its own registers, CBUF and IOMMU.
    nodes
        What device trees call the cores.
    cbuf_banks, cbuf_bank_bytes
        The buffer of a core; a bank holds features or weights.
    atom_bytes
        What one pixel of one surface takes in memory, whatever its dtype: so many int8 channels.
    channel_step
        Input channels of a task and of its packed weights come in multiples of this.
    kernel_group, channel_tile
        int8 kernels and channels of one tile of packed weights of a direct convolution.
    depthwise_group
        int8 channels of one tile of packed weights of a depthwise convolution.
    coefficient_channels
        Channels side by side in the stream of biases, OW operands and multipliers.
    fetched_lines, skipped_lines
        LINE_STRIDE is so many lines, but one at least; SURF_STRIDE is from so many lines on.
    fetch_words
        Words for which the amount of a next task counts one.
    second_pad_byte
        Whether odd channels of the first half of a depthwise group are padded with PAD_VALUE's
        second byte.
    alternating_addend
        Whether both readers of the DPU fetch an addend, its surfaces in turns.
    dpu_alone
        Whether it is known how the DPU is fed from memory, without a convolution.
    spread_pixels
        Whether it is known how kernels are transposed, which meet pixels with space between them.
    halves
        How it computes with fp16; None if that is not known.
    dialect
        Where and how the chip has its registers; None for those that `registers` has.
    element_bytes
        Of the numbers that all of this is about.
    """

    name: str
    compatible: str
    cores: int
    nodes: tuple[str, ...]
    cbuf_banks: int
    cbuf_bank_bytes: int
    atom_bytes: int
    channel_step: int
    kernel_group: int
    channel_tile: int
    depthwise_group: int
    coefficient_channels: int
    fetched_lines: int
    skipped_lines: int
    fetch_words: int
    second_pad_byte: bool
    alternating_addend: bool
    dpu_alone: bool
    spread_pixels: bool
    limits: Limits
    grains: Grains
    rates: Rates
    halves: Halves | None = None
    dialect: Dialect | None = None
    element_bytes: int = 1

    @property
    def lanes(self) -> int:
        """Channels of an atom."""
        return self.atom_bytes // self.element_bytes

    def of(self, element_bytes: int) -> Chip:
        """The same chip, as it computes with such elements: int8 or, of two bytes, fp16."""
        return _of(self, element_bytes)

    @property
    def cbuf_bytes(self) -> int:
        return self.cbuf_banks * self.cbuf_bank_bytes

    @property
    def weight_bytes(self) -> int:
        """Most that the CBUF holds of weights: a bank is left for features."""
        return (self.cbuf_banks - 1) * self.cbuf_bank_bytes

    @property
    def macs(self) -> int:
        """Of a direct convolution, in each cycle."""
        return self.kernel_group * self.channel_tile

    def group(self, depthwise: bool) -> int:
        """Channels that a task computes at a time."""
        return self.depthwise_group if depthwise else self.kernel_group

    def surfaces(self, depthwise: bool) -> int:
        """Surfaces that such a group of channels writes."""
        return self.group(depthwise) // self.lanes


@cache
def _of(chip: Chip, element_bytes: int) -> Chip:
    halves = chip.halves
    if element_bytes == chip.element_bytes or halves is None:
        return chip
    return replace(
        chip,
        element_bytes=element_bytes,
        channel_step=halves.channel_step,
        kernel_group=halves.kernel_group,
        depthwise_group=halves.depthwise_group,
    )
