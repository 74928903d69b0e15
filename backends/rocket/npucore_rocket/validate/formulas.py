# SPDX-License-Identifier: MIT
"""The arithmetic of sizes and strides, from registers to registers.

Source: rocket hardware reference 5.1, 4.2 to 4.4, 5.3 to 5.6. Where that leaves a choice that no
int8 convolution has been seen to make, as lines with gaps, none is left here.
"""

from __future__ import annotations

from npucore.hw.registers import Bits
from npucore_rocket.registers import cna as c
from npucore_rocket.registers import dpu as d
from npucore_rocket.validate.limits import MOST_DILATION
from npucore_rocket.validate.task import Task, up

WIDTH, HEIGHT = c.CNA_DATA_SIZE0.datain_width, c.CNA_DATA_SIZE0.datain_height
CHANNELS, REAL = c.CNA_DATA_SIZE1.datain_channel, c.CNA_DATA_SIZE1.datain_channel_real
READ_WIDTH = c.CNA_FC_DATA_SIZE0.dma_width
KW, KH = c.CNA_WEIGHT_SIZE2.weight_width, c.CNA_WEIGHT_SIZE2.weight_height
KERNELS = c.CNA_WEIGHT_SIZE2.weight_kernels
KERNEL_BYTES = c.CNA_WEIGHT_SIZE1.weight_bytes_per_kernel
DY, DX = c.CNA_CONV_CON3.atrous_y_dilation, c.CNA_CONV_CON3.atrous_x_dilation
APART_Y, APART_X = c.CNA_CONV_CON3.deconv_y_stride, c.CNA_CONV_CON3.deconv_x_stride
SY, SX = c.CNA_CONV_CON3.conv_y_stride, c.CNA_CONV_CON3.conv_x_stride
TOP, LEFT = c.CNA_PAD_CON0.pad_top, c.CNA_PAD_CON0.pad_left
REAL_OUT = d.DPU_DATA_CUBE_CHANNEL.orig_channel

MOST_PADDING = 15  # four bits above and on the left; as much below and on the right
MOST_GRAINS = 80  # that anybody needed; more only for maps of more lines
MOST_LINES = 2047
MOST_PIXELS = 1 << 20  # of a surface one pixel wide: its lines are no rows of an image
REAL_LANES = 64  # the vendor writes the channel count modulo this
LEAST_PACKED_WIDTH = 16
APART = "of several taps, without a stride: nothing else was dilated"


def real_channels(t: Task) -> int:
    """The least that DATAIN_CHANNEL_REAL can be: one channel in the last step."""
    least = t[CHANNELS] - t.chip.channel_step
    return least % REAL_LANES if t[REAL] < REAL_LANES else least


def whole_steps(t: Task) -> int:
    step = t.chip.channel_step
    return up(t[CHANNELS], step) * step


def kernels(t: Task) -> int:
    return 1 if t.kind.depthwise else up(t[REAL_OUT] + 1, 2) * 2


def most_apart(t: Task, taps: Bits) -> int:
    """The most that a dilation may be, less one."""
    return MOST_DILATION - 1 if t[taps] > 1 and t[SY] == t[SX] == 1 else 0


def kernel_rows(t: Task) -> int:
    """From a kernel's first row to its last, with what lies between where it is dilated."""
    return (t[KH] - 1) * (t[DY] + 1) + 1


def kernel_columns(t: Task) -> int:
    return (t[KW] - 1) * (t[DX] + 1) + 1


def seen_rows(t: Task, rows: int) -> int:
    """Rows of the map where its pixels lie apart, as a transposed convolution's kernel sees it."""
    return (rows - 1) * (t[APART_Y] + 1) + 1 if t.kind.transposed else rows


def seen_columns(t: Task) -> int:
    width = t[READ_WIDTH]
    return (width - 1) * (t[APART_X] + 1) + 1 if t.kind.transposed else width


def fewest_windows(size: int, kernel: int, stride: int) -> int:
    """Outputs - 1 of a row or column without padding behind it."""
    return max((size - kernel) // stride, 0)


def most_windows(size: int, kernel: int, stride: int) -> int:
    """Outputs - 1 with the most padding behind it that fits the rules."""
    return (size + max(MOST_PADDING, kernel - 1) - kernel) // stride


def least_step(t: Task) -> int:
    """SURF_STRIDE for a map that has no lines but the task's."""
    return t[READ_WIDTH] * (t[HEIGHT] - t.skipped_lines)


def fitting_step(t: Task) -> int:
    """SURF_STRIDE that makes surfaces of whole lines, as many as make the output's lines.

    Depthwise tasks of one tap also take some rows out of a map of more: as row splits do.
    """
    width, skipped = t[READ_WIDTH], t.skipped_lines
    lines = t.in_stride // width
    if t.kind.depthwise and t[KW] == t[KH] == 1:
        return width * (max(t[HEIGHT], min(lines, MOST_LINES)) - skipped)
    out = t.out_stride // t.out_width
    rows, kernel = seen_rows(t, lines), kernel_rows(t)
    padded = most_windows(rows + MOST_PADDING, kernel, t[SY]) + 1
    if not fewest_windows(rows, kernel, t[SY]) + 1 <= out <= padded:
        lines = t[HEIGHT]
    most = MOST_LINES if width > 1 else MOST_PIXELS
    return width * (min(lines, most) - skipped)


def padding(t: Task) -> int:
    """PAD_VALUE as a byte, sign-extended, unless it is that byte twice, sign-extended."""
    byte = t[c.CNA_PAD_CON1.pad_value] & 0xFF
    single = byte - (byte >> 7 << 8)
    twice = single * 0x100 + byte
    return twice if t[c.CNA_PAD_CON1.pad_value] == twice else single


def data_entries(t: Task) -> int:
    """Units of four atoms of a line; three left-over atoms take three places or four."""
    if t.kind.packed:
        return t[WIDTH] * t[HEIGHT]
    plain = up(t[WIDTH] * t.in_surfaces, 4)
    return plain if t[c.CNA_CBUF_CON1.data_entries] == plain else nvdla_entries(t)


def nvdla_entries(t: Task) -> int:
    whole, rest = divmod(t.in_surfaces, 4)
    return whole * t[WIDTH] + (t[WIDTH] if rest == 3 else up(rest * t[WIDTH], 4))


def written(t: Task) -> int:
    step = max(t.chip.group(t.kind.depthwise), t.chip.channel_step)
    return up(t[REAL_OUT] + 1, step) * step - 1


def steps(t: Task) -> int:
    return t.step_surfaces - 1


def whole_lines(t: Task) -> int:
    return max(t.out_stride // t.out_width * t.out_width, t.out_pixels)


def rows(t: Task) -> int:
    return t.out_rows - 1


def columns(t: Task) -> int:
    return t.out_width - 1


def channels(t: Task) -> int:
    return t.written_channels - 1
