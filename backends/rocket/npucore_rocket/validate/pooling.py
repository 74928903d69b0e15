# SPDX-License-Identifier: MIT
"""Tasks of the PPU: maximum, minimum or average over windows of an int8 map in memory.

Source: facts of 2026-11, A6 (proven); rocket hardware reference 7. Windows tile the padded map:
what is left over hangs or makes another output. Kernels of more than 8 one party has seen refused,
one has not; wider tasks than `widest` hung, and of windows side by side the vendor's widest has 129
columns in and 64 out.
"""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_rocket.registers import ppu as p
from npucore_rocket.registers import ppu_rdma as q
from npucore_rocket.validate.limits import Limit, free
from npucore_rocket.validate.relation import Relation, one_of, same
from npucore_rocket.validate.settings import ALTERNATE, Settings
from npucore_rocket.validate.task import Task, up

AVERAGE, MINIMUM = 0, 2
BURST = 3
BYTES = 1  # PPU_RDMA's code of 8 bits
MOST_KERNEL = 8
WIDEST_OUT = 64
ONE = 1 << 16
SIGN_BITS = 19
ADDRESS_UNIT = 16
MODE, KERNEL, BORDER = p.PPU_OPERATION_MODE_CFG, p.PPU_POOLING_KERNEL_CFG, p.PPU_POOLING_PADDING_CFG
IN_WIDTH, IN_HEIGHT = (
    p.PPU_DATA_CUBE_IN_WIDTH.cube_in_width,
    p.PPU_DATA_CUBE_IN_HEIGHT.cube_in_height,
)
OUT_WIDTH, OUT_HEIGHT = (
    p.PPU_DATA_CUBE_OUT_WIDTH.cube_out_width,
    p.PPU_DATA_CUBE_OUT_HEIGHT.cube_out_height,
)
CHANNEL = p.PPU_DATA_CUBE_IN_CHANNEL.cube_in_channel
PAD = p.PPU_PADDING_VALUE_1_CFG.pad_value_0
STRIDE = p.PPU_DST_SURF_STRIDE.dst_surf_stride
LINE, SURFACE = (
    q.PPU_RDMA_RDMA_SRC_LINE_STRIDE.src_line_stride,
    q.PPU_RDMA_RDMA_SRC_SURF_STRIDE.src_surf_stride,
)
INPUT = "as PPU_DATA_CUBE_IN has it"
TILED = "windows that tile the padded map"
SHORTER = "less than the kernel"

SETTINGS: Settings = (
    p.PPU_S_POINTER(**ALTERNATE),
    MODE(flying_mode=1),
    p.PPU_MISC_CTRL(burst_len=BURST),
    q.PPU_RDMA_RDMA_S_POINTER(**ALTERNATE),
    q.PPU_RDMA_RDMA_DATA_FORMAT(in_precision=BYTES),
)
LIMITS = (
    free(IN_WIDTH),
    free(IN_HEIGHT),
    free(CHANNEL),
    Limit(OUT_WIDTH, 0, WIDEST_OUT - 1, "no task wrote wider lines"),
    free(OUT_HEIGHT),
    free(p.PPU_DATA_CUBE_OUT_CHANNEL.cube_out_channel),
    Limit(MODE.pooling_method, AVERAGE, MINIMUM, "average, maximum or minimum"),
    free(MODE.notch_addr),
    Limit(KERNEL.kernel_height, 0, MOST_KERNEL - 1, "larger ones are in dispute"),
    Limit(KERNEL.kernel_width, 0, MOST_KERNEL - 1, "larger ones are in dispute"),
    free(KERNEL.kernel_stride_height),
    free(KERNEL.kernel_stride_width),
    free(p.PPU_RECIP_KERNEL_HEIGHT.recip_kernel_height),
    free(p.PPU_RECIP_KERNEL_WIDTH.recip_kernel_width),
    free(BORDER.pad_top),
    free(BORDER.pad_bottom),
    free(BORDER.pad_left),
    free(BORDER.pad_right),
    free(PAD),
    free(p.PPU_DST_BASE_ADDR.dst_base_addr),
    free(STRIDE),
    free(p.PPU_DATA_FORMAT.index_add),
    free(q.PPU_RDMA_RDMA_CUBE_IN_WIDTH.cube_in_width),
    free(q.PPU_RDMA_RDMA_CUBE_IN_HEIGHT.cube_in_height),
    free(q.PPU_RDMA_RDMA_CUBE_IN_CHANNEL.cube_in_channel),
    free(q.PPU_RDMA_RDMA_SRC_BASE_ADDR.src_base_addr),
    free(LINE),
    free(SURFACE),
)


def widest(t: Task) -> int:
    """Columns of the input that such windows may have."""
    taps = (t[KERNEL.kernel_height] + 1, t[KERNEL.kernel_width] + 1)
    steps = (t[KERNEL.kernel_stride_height] + 1, t[KERNEL.kernel_stride_width] + 1)
    if all(tap <= step for tap, step in zip(taps, steps, strict=True)) or max(taps) == 2:
        return 129
    if max(taps) > 4:
        return 20
    return 34 if steps[0] == 1 else 129


def surfaces(t: Task) -> int:
    return up(t[CHANNEL] + 1, t.atom)


def line(t: Task) -> int:
    """Atoms from a line of the output to the next."""
    return t[OUT_WIDTH] + 1 + t[MODE.notch_addr]


def written(t: Task) -> int:
    """Atoms from the first one of a surface that is written to the last."""
    return t[OUT_HEIGHT] * line(t) + t[OUT_WIDTH] + 1


def read(t: Task) -> int:
    """Atoms from the first one of a surface that is read to the last."""
    return t[IN_HEIGHT] * t[LINE] + t[IN_WIDTH] + 1


def _windows(
    register: type[Register], out: Bits, size: Bits, pads: tuple[Bits, Bits], tap: Bits, step: Bits
) -> Relation:
    def room(t: Task) -> int:
        return t[size] + t[pads[0]] + t[pads[1]] - t[tap]

    return Relation(
        register,
        out,
        lambda t: up(room(t), t[step] + 1),
        lambda t: room(t) // (t[step] + 1),
        TILED,
    )


def _recip(register: type[Register], bits: Bits, tap: Bits) -> Relation:
    def wanted(t: Task) -> int:
        if t[MODE.pooling_method] != AVERAGE:
            return 0
        taps = t[tap] + 1
        return one_of(t, bits, round(ONE / taps), ONE // taps)

    return same(register, bits, wanted, "65536 by the kernel's size, of averages alone")


def _pad(t: Task) -> int:
    """PADDING_VALUE: a byte whose sign fills 19 bits, or 0 where nothing is padded."""
    byte = t[PAD] & 0xFF
    return byte | ((1 << SIGN_BITS) - 0x100) * (byte >> 7)


def _shorter(bits: Bits, tap: Bits) -> Relation:
    return Relation(BORDER, bits, lambda _: 0, lambda t: t[tap], SHORTER)


RELATIONS = (
    Relation(
        p.PPU_DATA_CUBE_IN_WIDTH,
        IN_WIDTH,
        lambda _: 0,
        lambda t: widest(t) - 1,
        "wider tasks with such windows hang",
    ),
    same(
        p.PPU_DATA_CUBE_OUT_CHANNEL,
        p.PPU_DATA_CUBE_OUT_CHANNEL.cube_out_channel,
        lambda t: t[CHANNEL],
        INPUT,
    ),
    _shorter(BORDER.pad_top, KERNEL.kernel_height),
    _shorter(BORDER.pad_bottom, KERNEL.kernel_height),
    _shorter(BORDER.pad_left, KERNEL.kernel_width),
    _shorter(BORDER.pad_right, KERNEL.kernel_width),
    _windows(
        p.PPU_DATA_CUBE_OUT_HEIGHT,
        OUT_HEIGHT,
        IN_HEIGHT,
        (BORDER.pad_top, BORDER.pad_bottom),
        KERNEL.kernel_height,
        KERNEL.kernel_stride_height,
    ),
    _windows(
        p.PPU_DATA_CUBE_OUT_WIDTH,
        OUT_WIDTH,
        IN_WIDTH,
        (BORDER.pad_left, BORDER.pad_right),
        KERNEL.kernel_width,
        KERNEL.kernel_stride_width,
    ),
    _recip(
        p.PPU_RECIP_KERNEL_HEIGHT,
        p.PPU_RECIP_KERNEL_HEIGHT.recip_kernel_height,
        KERNEL.kernel_height,
    ),
    _recip(
        p.PPU_RECIP_KERNEL_WIDTH,
        p.PPU_RECIP_KERNEL_WIDTH.recip_kernel_width,
        KERNEL.kernel_width,
    ),
    same(p.PPU_PADDING_VALUE_1_CFG, PAD, _pad, "a byte whose sign fills 19 bits"),
    Relation(p.PPU_DST_SURF_STRIDE, STRIDE, written, lambda _: STRIDE.high, "whole surfaces"),
    same(p.PPU_DATA_FORMAT, p.PPU_DATA_FORMAT.index_add, lambda t: t[STRIDE], "as DST_SURF_STRIDE"),
    same(
        q.PPU_RDMA_RDMA_CUBE_IN_WIDTH,
        q.PPU_RDMA_RDMA_CUBE_IN_WIDTH.cube_in_width,
        lambda t: t[IN_WIDTH],
        INPUT,
    ),
    same(
        q.PPU_RDMA_RDMA_CUBE_IN_HEIGHT,
        q.PPU_RDMA_RDMA_CUBE_IN_HEIGHT.cube_in_height,
        lambda t: t[IN_HEIGHT],
        INPUT,
    ),
    same(
        q.PPU_RDMA_RDMA_CUBE_IN_CHANNEL,
        q.PPU_RDMA_RDMA_CUBE_IN_CHANNEL.cube_in_channel,
        lambda t: t[CHANNEL],
        INPUT,
    ),
    Relation(
        q.PPU_RDMA_RDMA_SRC_LINE_STRIDE,
        LINE,
        lambda t: t[IN_WIDTH] + 1,
        lambda _: LINE.high,
        "whole lines",
    ),
    Relation(
        q.PPU_RDMA_RDMA_SRC_SURF_STRIDE, SURFACE, read, lambda _: SURFACE.high, "whole surfaces"
    ),
)
