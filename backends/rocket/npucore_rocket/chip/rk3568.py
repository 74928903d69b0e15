# SPDX-License-Identifier: MIT
"""The RK3568's NPU, half as wide, with registers of its own."""

from __future__ import annotations

from npucore_rocket.chip.kind import Chip, Grains, Limits, Rates
from npucore_rocket.chip.places import Code, Dialect, Extra, Place

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
