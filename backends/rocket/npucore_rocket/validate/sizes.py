# SPDX-License-Identifier: MIT
"""What sizes and strides in one register say about those in others.

Source: rocket hardware reference 5.1, 4.2, 4.4, 5.3, 5.4, 5.10, 6.5, 6.7.
"""

from __future__ import annotations

from collections.abc import Iterator

from npucore_rocket.registers import cna as c
from npucore_rocket.registers import core as o
from npucore_rocket.registers import dpu as d
from npucore_rocket.registers import dpu_rdma as r
from npucore_rocket.registers import dpu_stages as s
from npucore_rocket.validate import flying, halves, looked_up, pooling, transposed
from npucore_rocket.validate import formulas as f
from npucore_rocket.validate.formulas import (
    CHANNELS,
    HEIGHT,
    KERNEL_BYTES,
    KERNELS,
    KH,
    KW,
    LEFT,
    READ_WIDTH,
    REAL,
    REAL_OUT,
    SX,
    SY,
    TOP,
    WIDTH,
)
from npucore_rocket.validate.limits import MOST_INT32
from npucore_rocket.validate.relation import Relation, same
from npucore_rocket.validate.task import Task

CONCERN = "sizes"
CORE_SIZE = "as CORE_DATAOUT_SIZE_0 and 1 have it"
MAP_SIZE = "as CNA_DATA_SIZE0 and 1 have it"

CONVOLUTION = (
    same(c.CNA_DATA_SIZE1, CHANNELS, f.whole_steps, "whole atoms"),
    Relation(
        c.CNA_DATA_SIZE1,
        REAL,
        f.real_channels,
        lambda t: f.real_channels(t) + t.chip.channel_step - 1,
        "the last of DATAIN_CHANNEL's atoms has some channel",
    ),
    same(
        c.CNA_DATA_SIZE0,
        WIDTH,
        lambda t: max(t[READ_WIDTH], f.LEAST_PACKED_WIDTH if t.kind.packed else 0),
        "as CNA_FC_DATA_SIZE0 has it, packed pixels at least 16",
    ),
    same(c.CNA_FC_DATA_SIZE0, c.CNA_FC_DATA_SIZE0.dma_height, lambda t: t[HEIGHT], MAP_SIZE),
    same(c.CNA_FC_DATA_SIZE1, c.CNA_FC_DATA_SIZE1.dma_channel, lambda t: t[CHANNELS], MAP_SIZE),
    same(c.CNA_CBUF_CON1, c.CNA_CBUF_CON1.data_entries, f.data_entries, "64-byte units of a line"),
    Relation(
        c.CNA_CONV_CON2,
        c.CNA_CONV_CON2.feature_grains,
        lambda t: min(t[SY] + f.kernel_rows(t) + t.chip.grains.least, t[HEIGHT] + f.kernel_rows(t)),
        lambda t: max(f.MOST_GRAINS, t[HEIGHT] + f.kernel_rows(t)),
        "stride + kernel + {chip.grains.least} lines at least, and no more than ever ran",
    ),
    Relation(c.CNA_CONV_CON3, f.DY, lambda _: 0, lambda t: f.most_apart(t, KH), f.APART),
    Relation(c.CNA_CONV_CON3, f.DX, lambda _: 0, lambda t: f.most_apart(t, KW), f.APART),
    same(c.CNA_WEIGHT_SIZE2, KERNELS, f.kernels, "ORIG_CHANNEL + 1, made even; depthwise one"),
    same(
        c.CNA_WEIGHT_SIZE1,
        KERNEL_BYTES,
        lambda t: t[KW] * t[KH] * t[CHANNELS] * t.chip.element_bytes,
        "kernel width x height x channels",
    ),
    same(
        c.CNA_WEIGHT_SIZE0,
        c.CNA_WEIGHT_SIZE0.weight_bytes,
        lambda t: t[KERNEL_BYTES] * t[KERNELS],
        "WEIGHT_SIZE1 x kernels",
    ),
    same(c.CNA_PAD_CON1, c.CNA_PAD_CON1.pad_value, f.padding, "a byte, sign-extended, or twice"),
)

OUTPUT = (
    Relation(
        o.CORE_DATAOUT_SIZE_0,
        o.CORE_DATAOUT_SIZE_0.dataout_height,
        lambda t: f.fewest_windows(f.seen_rows(t, t[HEIGHT]) + t[TOP], f.kernel_rows(t), t[SY]),
        lambda t: f.most_windows(f.seen_rows(t, t[HEIGHT]) + t[TOP], f.kernel_rows(t), t[SY]),
        "windows over the rows and their padding",
    ),
    Relation(
        o.CORE_DATAOUT_SIZE_0,
        o.CORE_DATAOUT_SIZE_0.dataout_width,
        lambda t: f.fewest_windows(f.seen_columns(t) + t[LEFT], f.kernel_columns(t), t[SX]),
        lambda t: f.most_windows(f.seen_columns(t) + t[LEFT], f.kernel_columns(t), t[SX]),
        "windows over the columns and their padding",
    ),
    same(
        o.CORE_DATAOUT_SIZE_1,
        o.CORE_DATAOUT_SIZE_1.dataout_channel,
        f.written,
        "ORIG_CHANNEL in whole groups of {chip.kernel_group}, depthwise {chip.depthwise_group}",
    ),
    same(c.CNA_DATA_SIZE2, c.CNA_DATA_SIZE2.dataout_width, lambda t: t.out_width, CORE_SIZE),
    same(c.CNA_DATA_SIZE3, c.CNA_DATA_SIZE3.dataout_atomics, lambda t: t.out_pixels, CORE_SIZE),
    same(d.DPU_DATA_CUBE_WIDTH, d.DPU_DATA_CUBE_WIDTH.width, f.columns, CORE_SIZE),
    same(d.DPU_DATA_CUBE_HEIGHT, d.DPU_DATA_CUBE_HEIGHT.height, f.rows, CORE_SIZE),
    same(d.DPU_DATA_CUBE_CHANNEL, d.DPU_DATA_CUBE_CHANNEL.channel, f.channels, CORE_SIZE),
    same(d.DPU_WDMA_SIZE_0, d.DPU_WDMA_SIZE_0.channel_wdma, f.channels, CORE_SIZE),
    same(d.DPU_WDMA_SIZE_1, d.DPU_WDMA_SIZE_1.height_wdma, f.rows, CORE_SIZE),
    same(d.DPU_WDMA_SIZE_1, d.DPU_WDMA_SIZE_1.width_wdma, f.columns, CORE_SIZE),
    same(s.DPU_BS_OW_CFG, s.DPU_BS_OW_CFG.size_e_0, f.steps, "surfaces of a step - 1"),
    same(s.DPU_BS_OW_CFG, s.DPU_BS_OW_CFG.size_e_1, f.steps, "surfaces of a step - 1"),
    same(s.DPU_BS_OW_CFG, s.DPU_BS_OW_CFG.size_e_2, f.steps, "surfaces of a step - 1"),
    same(
        d.DPU_DST_SURF_STRIDE,
        d.DPU_DST_SURF_STRIDE.dst_surf_stride,
        f.whole_lines,
        "whole lines, not fewer than the task writes",
    ),
    same(
        d.DPU_SURFACE_ADD,
        d.DPU_SURFACE_ADD.surf_add,
        lambda t: t.step_surfaces * t.out_stride,
        "surfaces of a step x DST_SURF_STRIDE",
    ),
)

DEPTHWISE = (
    Relation(
        d.DPU_DATA_CUBE_CHANNEL,
        REAL_OUT,
        lambda t: t[CHANNELS] - t.chip.channel_step,
        lambda t: t[CHANNELS] - 1,
        "depthwise tasks have as many channels as CNA_DATA_SIZE1",
    ),
)

STRIDES = (
    same(
        c.CNA_DMA_CON1,
        c.CNA_DMA_CON1.line_stride,
        lambda t: t[WIDTH] * t.lines_at_once,
        "the lines that are fetched at once, without gaps",
    ),
    Relation(
        c.CNA_DMA_CON2,
        c.CNA_DMA_CON2.surf_stride,
        f.least_step,
        f.fitting_step,
        "surfaces of whole lines that do not overlap, as many as make the output's",
    ),
)

PACKED_STRIDES = (
    same(
        c.CNA_DMA_CON1,
        c.CNA_DMA_CON1.line_stride,
        lambda t: t[WIDTH],
        "packed pixels are fetched line by line",
    ),
    same(
        c.CNA_DMA_CON2,
        c.CNA_DMA_CON2.surf_stride,
        lambda t: t[WIDTH] * (t[HEIGHT] - 1),
        "packed pixels are one surface",
    ),
)

CLAMPS = (
    same(
        s.DPU_BN_CFG,
        s.DPU_BN_CFG.bn_relu_bypass,
        lambda t: t[s.DPU_BN_CFG.bn_bypass],
        "the stage clamps, or is left out",
    ),
    same(
        s.DPU_BN_CFG,
        s.DPU_BN_CFG.bn_relux_en,
        lambda t: 1 - t[s.DPU_BN_CFG.bn_bypass],
        "the stage has an upper limit, or is left out",
    ),
    Relation(
        s.DPU_BN_RELUX_CMP_VALUE,
        s.DPU_BN_RELUX_CMP_VALUE.bn_relux_cmp_dat,
        lambda t: 0,
        lambda t: MOST_INT32 * t[s.DPU_BN_CFG.bn_relux_en],
        "a value only where BN_RELUX_EN is 1",
    ),
)

READERS = (
    same(
        r.DPU_RDMA_RDMA_DATA_CUBE_WIDTH,
        r.DPU_RDMA_RDMA_DATA_CUBE_WIDTH.width,
        f.columns,
        CORE_SIZE,
    ),
    same(
        r.DPU_RDMA_RDMA_DATA_CUBE_HEIGHT,
        r.DPU_RDMA_RDMA_DATA_CUBE_HEIGHT.height,
        f.rows,
        CORE_SIZE,
    ),
    same(
        r.DPU_RDMA_RDMA_DATA_CUBE_CHANNEL,
        r.DPU_RDMA_RDMA_DATA_CUBE_CHANNEL.channel,
        f.channels,
        CORE_SIZE,
    ),
)

MULTIPLIERS = (
    same(
        d.DPU_DATA_FORMAT,
        d.DPU_DATA_FORMAT.bs_mul_shift_value_neg,
        lambda t: t[s.DPU_BS_MUL_CFG.bs_mul_shift_value],
        "negative products are shifted as positive ones",
    ),
)

ADDEND = (
    same(
        r.DPU_RDMA_RDMA_EW_SURF_STRIDE,
        r.DPU_RDMA_RDMA_EW_SURF_STRIDE.ew_surf_stride,
        lambda t: t.out_stride,
        "the addend lies as the output does",
    ),
    same(
        r.DPU_RDMA_RDMA_SURF_NOTCH,
        r.DPU_RDMA_RDMA_SURF_NOTCH.surf_notch_addr,
        lambda t: 2 * t.out_stride - t.out_pixels,
        "each reader skips the rest of its surface and the other's",
    ),
    same(
        r.DPU_RDMA_RDMA_EW_SURF_NOTCH,
        r.DPU_RDMA_RDMA_EW_SURF_NOTCH.ew_surf_notch,
        lambda t: 2 * t.out_stride - t.out_pixels,
        "each reader skips the rest of its surface and the other's",
    ),
    same(
        r.DPU_RDMA_RDMA_EW_BASE_ADDR,
        r.DPU_RDMA_RDMA_EW_BASE_ADDR.ew_base_addr,
        lambda t: t[r.DPU_RDMA_RDMA_SRC_BASE_ADDR.src_base_addr] + t.out_stride * t.atom,
        "one surface behind SRC_BASE_ADDR",
    ),
)


def relations(task: Task) -> Iterator[tuple[Relation, ...]]:
    """All that a task of this kind has to keep."""
    if task.kind.pools:
        yield pooling.RELATIONS
        return
    if task.kind.flies:
        yield from flying.relations(task)
        return
    if task.kind.transposed:
        yield transposed.RELATIONS
    yield CONVOLUTION
    yield OUTPUT
    clamps = halves.CLAMPS if task.kind.halves else CLAMPS
    yield looked_up.RELATIONS if task.kind.looked_up else clamps
    yield PACKED_STRIDES if task.kind.packed else STRIDES
    if task.kind.depthwise:
        yield DEPTHWISE
    if task.kind.reads:
        yield READERS
    if task.kind.multiplies:
        yield MULTIPLIERS
    if task.kind.addend:
        yield ADDEND
