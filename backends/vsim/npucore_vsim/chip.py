# SPDX-License-Identifier: MIT
"""What the chips of the family are; every other room takes it from here."""

from __future__ import annotations

from dataclasses import dataclass

CORE_CLOCK = 8e8  # Hz
MACS = 64  # of one NN core for each cycle. Source: vsim hardware reference 1


@dataclass(frozen=True, slots=True)
class Chip:
    """One kind of NPU.

    Parameters
    ----------
    generation
        7 or 8: which form coefficients and multipliers have.
    model, revision, product_id, eco_id, customer_id
        How the kernel's driver names it.
    cores
        NN cores; each computes its share of the output channels.
    tp_cores
        Full TP cores.
    in_depth, accumulators
        Depths of a core's buffers of input lines and of sums.
    sram_bytes
        On-chip memory for coefficients and tiles.
    run_bits
        Most bits of a run of zeros in a V7 stream of coefficients.
    offset_bits
        Bits of an image's offset, its sign included: they limit the padding.
    largest_kernel
        Rows and columns of a kernel.
    compatible
        What device trees call the chip.
    """

    name: str
    generation: int
    model: int
    revision: int
    product_id: int
    eco_id: int
    customer_id: int
    cores: int
    tp_cores: int
    in_depth: int
    accumulators: int
    sram_bytes: int
    run_bits: int
    offset_bits: int
    largest_kernel: int
    compatible: tuple[str, ...]

    @property
    def multiplier_bits(self) -> int:
        """Bits behind the leading one of the requantisation's multiplier."""
        return 23 if self.generation == 8 else 15

    @property
    def depthwise(self) -> bool:
        """Whether a kernel may read a single channel."""
        return self.generation == 8


A311D = Chip(
    name="a311d",
    generation=7,
    model=0x8000,
    revision=0x7120,
    product_id=0x45080009,
    eco_id=0,
    customer_id=0x88,
    cores=8,
    tp_cores=4,
    in_depth=12,
    accumulators=64,
    sram_bytes=512 * 1024,
    run_bits=5,
    offset_bits=4,
    largest_kernel=11,
    compatible=("amlogic,a311d",),
)
"""Amlogic A311D (Khadas VIM3). Source: Mesa src/etnaviv/hwdb/amlogic, VIPNANOQI_PID0X88."""

S905D3 = Chip(
    name="s905d3",
    generation=7,
    model=0x8000,
    revision=0x7131,
    product_id=0x8000001,
    eco_id=0x2000000,
    customer_id=0x99,
    cores=2,
    tp_cores=1,
    in_depth=6,
    accumulators=64,
    sram_bytes=512 * 1024,
    run_bits=8,
    offset_bits=4,
    largest_kernel=11,
    compatible=("amlogic,s905d3",),
)
"""Amlogic S905D3. Source: Mesa src/etnaviv/hwdb/amlogic, VIPPICO_V3_PID0X99.

VeriSilicon's compiler writes plain V7 coefficients for it, Mesa's newest encoder Huffman codes;
which of them the silicon takes is not settled.
"""

STM32MP2 = Chip(
    name="stm32mp2",
    generation=7,
    model=0x8000,
    revision=0x6205,
    product_id=0x80003,
    eco_id=0,
    customer_id=0x15,
    cores=2,
    tp_cores=1,
    in_depth=6,
    accumulators=64,
    sram_bytes=128 * 1024,
    run_bits=8,
    offset_bits=4,
    largest_kernel=11,
    compatible=("st,stm32mp257", "st,stm32mp255"),
)
"""ST STM32MP2. Source: Mesa src/etnaviv/hwdb/st, GCNANOULTRA31_VIP2_PID0X15; no captures."""

IMX8MP = Chip(
    name="imx8mp",
    generation=8,
    model=0x8000,
    revision=0x8002,
    product_id=0x5080009,
    eco_id=0x6000000,
    customer_id=0x9F,
    cores=6,
    tp_cores=3,
    in_depth=9,
    accumulators=32,
    sram_bytes=256 * 1024,
    run_bits=8,
    offset_bits=5,
    largest_kernel=15,
    compatible=("fsl,imx8mp",),
)
"""NXP i.MX8M Plus. Source: Mesa src/etnaviv/hwdb/nxp, VIP8000NANOSI_PLUS_PID0X9F."""

CHIPS = {chip.name: chip for chip in (A311D, S905D3, STM32MP2, IMX8MP)}
DEFAULT = A311D


def written_channels(count: int, cores: int) -> int:
    """How many planes a job of *count* output channels writes.

    >>> written_channels(1001, 8), written_channels(3, 8)
    (1008, 3)
    """
    used = min(count, cores)
    return -(-count // used) * used
