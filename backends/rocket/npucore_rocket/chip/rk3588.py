# SPDX-License-Identifier: MIT
"""The RK3588's NPU."""

from __future__ import annotations

from npucore_rocket.chip.kind import Chip, Grains, Halves, Limits, Rates

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
    halves=Halves(channel_step=32, kernel_group=16, depthwise_group=32),
    limits=Limits(side=2047, channels=8192, kernel=31, stride=7, padding=15, depthwise=8192),
    grains=Grains(fixed=51, kernel=False, narrow=(), least=1),
    rates=Rates(depthwise_macs=64, outputs=8, lut_outputs=2, bytes=11.0),
)
"""Source: TRM chapter 36; Mesa src/gallium/drivers/rocket; all its captured streams agree.

Coefficients: facts of 2026-11, 0.1 (two boards of two parties). Limits: rocket hardware reference
5.12, facts of 2026-11, A4. Strides and amounts: the reference, 4.2 and 2.4; padding: facts 0.5;
grains: as Mesa always has them. fp16: the reference, 4.1, 4.5, 4.6 and 4.10, with the careful form
of the step: with less, which vendors have, one party failed. Rates: the cost model says where they
come from.
"""
