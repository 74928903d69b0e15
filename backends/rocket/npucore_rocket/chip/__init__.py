# SPDX-License-Identifier: MIT
"""What a chip of the family and its kernel can do; every other room takes it from here."""

from __future__ import annotations

from dataclasses import dataclass

from npucore_rocket.chip.places import Code, Dialect, Extra, Place

CORE_CLOCK, MAINLINE_CLOCK = 1e9, 2e8  # Hz: vendors'; mainline's device tree, facts 2026-11, A12


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
    """How many lines have to be in the CBUF before the MACs start: *fixed*, and the stride.

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
    dialect
        Where and how the chip has its registers; None for those that `registers` has.
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
    dialect: Dialect | None = None

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
        """Surfaces of int8 that such a group of channels writes."""
        return self.group(depthwise) // self.atom_bytes


@dataclass(frozen=True, slots=True)
class Kernel:
    """What a kernel's driver lets the chip do.

    Parameters
    ----------
    ppu_interrupt
        Whether the end of a job that ends in the PPU is noticed; if not, it times out.
    """

    name: str
    ppu_interrupt: bool


MAINLINE = Kernel(name="mainline", ppu_interrupt=False)
"""Source: drivers/accel/rocket/rocket_job.c, Linux 6.18: only the DPU's interrupts are unmasked."""
MASKED = Kernel(name="mainline with a mask for each task", ppu_interrupt=True)
FLAGGED = Kernel(name="rocket 1.3 or later", ppu_interrupt=True)
"""Source of both: facts of 2026-11, B2 and B3."""

RK3588 = Chip(
    name="rk3588",
    compatible="rockchip,rk3588",
    cores=3,
    nodes=("fdab0000.npu", "fdac0000.npu", "fdad0000.npu"),
    cbuf_banks=12,
    cbuf_bank_bytes=32 * 1024,
    atom_bytes=16,
    channel_step=16,
    kernel_group=32,
    channel_tile=32,
    depthwise_group=64,
    coefficient_channels=8,
    fetched_lines=4,
    skipped_lines=4,
    fetch_words=2,
    second_pad_byte=True,
    alternating_addend=True,
    dpu_alone=True,
    spread_pixels=True,
    limits=Limits(side=2047, channels=8192, kernel=31, stride=7, padding=15, depthwise=8192),
    grains=Grains(fixed=51, kernel=False, narrow=(), least=1),
    rates=Rates(depthwise_macs=64, outputs=8, lut_outputs=2, bytes=11.0),
)
"""Source: TRM chapter 36; Mesa src/gallium/drivers/rocket; all its captured streams agree.

Coefficients: facts of 2026-11, 0.1 (two boards of two parties). Limits: rocket hardware reference
5.12, facts of 2026-11, A4. Strides and amounts: the reference, 4.2 and 2.4; padding: facts 0.5;
grains: as Mesa always has them. Rates: the cost model says where they come from.
"""

HALF_WIDTH = Dialect(
    places=(
        (0x1020, (Place(0x1020), Place(0x1044, 0x7FF << 16))),  # CNA_DATA_SIZE0: the width twice
        (0x1044, (Place(0x1044, 0xFFFF),)),  # CNA_CBUF_CON1
        (0x1068, (Place(0x1068, 0xFFFF),)),  # CNA_PAD_CON0
        (0x1184, (Place(0x1068, 0xFFFF, 16, signed=True),)),  # CNA_PAD_CON1
        *((0x1140 + 4 * n, (Place(0x1130 + 4 * n),)) for n in range(4)),  # CNA_DCOMP_AMOUNT0
        *((0x1150 + 4 * n, (Place(0x1140 + 4 * n),)) for n in range(4)),
        *((0x1160 + 4 * n, ()) for n in range(8)),
        (0x3010, (Place(0x200C, 0b11), Place(0x300C, 0b10))),  # CORE_MISC_CFG
        (0x3014, (Place(0x3010),)),  # CORE_DATAOUT_SIZE_0
        (0x3018, (Place(0x3014),)),  # CORE_DATAOUT_SIZE_1
        (0x301C, (Place(0x3018),)),  # CORE_CLIP_TRUNCATE
        (0x3030, (Place(0x302C),)),
        (0x4024, (Place(0x4024, left=-1),)),  # DPU_DST_SURF_STRIDE
        (0x40C0, (Place(0x40C0, left=-1),)),  # DPU_SURFACE_ADD
    ),
    codes=(
        Code(0x104C, 1, ((1, 0),)),  # CNA_CVT_CON0: not bypassed
        Code(0x1078, 0xFFFFFFFF, ((0x0F000F, 0x171C07),)),  # CNA_DMA_CON0
        Code(0x400C, 0x1FE, ((0x1E4, 0x108), (0x1FC, 0x138))),  # DPU_FEATURE_MODE_CFG
        Code(0x4040, 0xF000C, ((0x20000, 0x8),)),  # DPU_BS_CFG: the code of addition
        Code(0x5028, 1, ((0, 1),)),  # DPU_RDMA_RDMA_NRDMA_CFG: off
        Code(0x5044, 0x7810, ((0x7810, 0x4000),)),  # DPU_RDMA_RDMA_FEATURE_MODE_CFG
    ),
    extras=(
        *(Extra(pointer, 0xE) for pointer in (0x1004, 0x2004, 0x3004)),
        Extra(0x1018, 0),
        *(Extra(0x1110 + 4 * n, 0) for n in range(1, 8)),
        Extra(0x503C, 0),
    ),
    coefficient_words=0x5024,
    targets=((0x2000, 0x0401),),
    starts=0x02,
)
"""The RK3568's registers, as one party's fork of Mesa writes them (iav/mesa).

There is a block between CNA and CORE, which is started with them and has the flags of CORE's
MISC_CFG; CORE's registers are 4 lower from there on. The width stands beside DATA_ENTRIES, the
padding's value beside its sizes; strides of the output are in bytes as on the RK3588, but of atoms
half as large. The converter is not bypassed; DMA_CON0 holds what the vendor's streams hold, with a
bit that no source explains. BS_CFG is 0x148 with a scale for each channel (facts of 2026-11, A1):
its ALU's code is elsewhere. 0x5024 is the number of words of coefficients, less one (facts, A1).
"""

RK3568 = Chip(
    name="rk3568",
    compatible="rockchip,rk3568",
    cores=1,
    nodes=("fde40000.npu",),
    cbuf_banks=8,
    cbuf_bank_bytes=32 * 1024,
    atom_bytes=8,
    channel_step=16,
    kernel_group=16,
    channel_tile=32,
    depthwise_group=32,
    coefficient_channels=4,
    fetched_lines=1,
    skipped_lines=0,
    fetch_words=1,
    second_pad_byte=False,
    alternating_addend=False,
    dpu_alone=False,
    spread_pixels=False,
    limits=Limits(side=2047, channels=8192, kernel=8, stride=7, padding=15, depthwise=32),
    grains=Grains(fixed=0, kernel=True, narrow=(28, 14), least=0),
    rates=Rates(depthwise_macs=32, outputs=4, lut_outputs=1, bytes=5.5),
    dialect=HALF_WIDTH,
)
"""Source: facts of 2026-11 (its table of chips, 0.1, A1: iav, one party); iav/mesa for what is not
there: weights in groups of 16 kernels and tiles of 32 channels, which also the vendor's header for
matrices says, in rows of whole 16; depthwise layers in tasks of 32 channels each; strides without
groups of lines; grains. Kernels to 8 x 8, as that driver takes them. Rates are guesses: half of the
RK3588's, which has twice the width; 512 MACs are what 1 TOPS at 1 GHz comes to.
"""

CHIPS = {chip.name: chip for chip in (RK3588, RK3568)}
