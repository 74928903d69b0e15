# SPDX-License-Identifier: MIT
"""What a chip of the family and its kernel can do; every other room takes it from here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chip:
    """One kind of NPU.

    Parameters
    ----------
    cores
        Identical cores, each with its own registers, CBUF and IOMMU.
    cbuf_banks, cbuf_bank_bytes
        The buffer of a core; a bank holds features or weights.
    atom_bytes
        What one pixel of one surface takes in memory, whatever its dtype.
    kernel_group, channel_tile
        int8 kernels and channels of one tile of packed weights of a direct convolution.
    depthwise_group
        int8 channels of one tile of packed weights of a depthwise convolution.
    compatible
        What device trees call the chip.
    """

    name: str
    compatible: str
    cores: int
    cbuf_banks: int
    cbuf_bank_bytes: int
    atom_bytes: int
    kernel_group: int
    channel_tile: int
    depthwise_group: int

    @property
    def cbuf_bytes(self) -> int:
        return self.cbuf_banks * self.cbuf_bank_bytes

    @property
    def weight_bytes(self) -> int:
        """Most that the CBUF holds of weights: a bank is left for features."""
        return (self.cbuf_banks - 1) * self.cbuf_bank_bytes


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

RK3588 = Chip(
    name="rk3588",
    compatible="rockchip,rk3588",
    cores=3,
    cbuf_banks=12,
    cbuf_bank_bytes=32 * 1024,
    atom_bytes=16,
    kernel_group=32,
    channel_tile=32,
    depthwise_group=64,
)
"""Source: TRM chapter 36; Mesa src/gallium/drivers/rocket; all its captured streams agree."""

CHIPS = {chip.name: chip for chip in (RK3588,)}
