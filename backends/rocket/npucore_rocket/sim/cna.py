# SPDX-License-Identifier: MIT
"""Convolution as the CNA's registers describe it, and what its DMA brings from memory.

Source: rocket-arithmetic.md sections 3 to 5 (proven where it says nothing else); names there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from npucore_rocket.registers import cna as r
from npucore_rocket.registers import cna_decompressor as dcomp
from npucore_rocket.sim.errors import SimulationError
from npucore_rocket.sim.pc import RegisterFile, Rule, agree

INT8, FP16 = 0, 2
BYTES = {INT8: 1, FP16: 2}
RULES = (
    Rule(r.CNA_CONV_CON1, ("proc_precision", "in_precision"), "int8 and fp16 are", tuple(BYTES)),
    Rule(r.CNA_CONV_CON1, ("conv_mode",), "0 is direct, 3 is depthwise", (0, 3)),
    Rule(r.CNA_CONV_CON2, ("reserved_0", "kernel_group"), "no source says what it does"),
    Rule(r.CNA_CONV_CON2, ("csc_wo_en", "csc_do_en", "cmd_fifo_srst"), "a debugging aid"),
    Rule(r.CNA_CONV_CON3, ("nn_mode",), "several cores on one convolution"),
    Rule(r.CNA_DATA_SIZE3, ("surf_mode",), "TRM only"),
    Rule(r.CNA_CBUF_CON0, ("data_reuse", "fc_data_bank"), "TRM only"),
    Rule(r.CNA_FC_CON0, ("fc_skip_en",), "TRM only"),
    Rule(dcomp.CNA_DCOMP_CTRL, ("decomp_control",), "compressed weights"),
    Rule(dcomp.CNA_DCOMP_REGNUM, ("dcomp_regnum",), "compressed weights"),
)
DEPTHWISE = 3
TRANSPOSED_RULES = (
    Rule(
        r.CNA_CONV_CON3,
        ("deconv_y_stride", "deconv_x_stride"),
        "of a transposed convolution's strides only powers of two do anything",
        (0, 1, 3, 7),
    ),
    Rule(r.CNA_CONV_CON3, ("conv_y_stride", "conv_x_stride"), "transposed, as proven", (1,)),
    Rule(r.CNA_CONV_CON3, ("atrous_y_dilation", "atrous_x_dilation"), "transposed and dilated"),
    Rule(r.CNA_CONV_CON1, ("argb_in",), "transposed with packed pixels"),
)
"""Source: facts of 2026-11, A10 (proven on the RK3588 in fp16, int8 on a sibling)."""
MISPLACED = {2: 12}  # by stride: from this padding on results lie elsewhere (the same)


@dataclass(frozen=True, slots=True)
class Convolution:
    """One task's geometry; pairs are (y, x).

    Parameters
    ----------
    size, channels
        Of the input rows of this task; channels with padding, whole steps of the chip's.
    out_size
        Of the output rows of this task. Padding right and below follows from it.
    kernels
        Output channels, or `channels` if *depthwise*.
    lanes
        Channels of an atom.
    spread
        Distance of the input's pixels in the map that the kernel sees; more than 1 if the
        convolution is transposed. *padding* counts there, too.
    """

    depthwise: bool
    size: tuple[int, int]
    channels: int
    out_size: tuple[int, int]
    kernel: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int]
    padding: tuple[int, int]
    kernels: int
    lanes: int
    spread: tuple[int, int] = (1, 1)
    element_bytes: int = 1

    @property
    def surfaces(self) -> int:
        return self.channels // self.lanes

    @property
    def padded_size(self) -> tuple[int, int]:
        """Rows and columns of the input, with padding, that the outputs depend on."""
        (oh, ow), (kh, kw) = self.out_size, self.kernel
        (sy, sx), (dy, dx) = self.stride, self.dilation
        return (oh - 1) * sy + (kh - 1) * dy + 1, (ow - 1) * sx + (kw - 1) * dx + 1

    @property
    def seen_size(self) -> tuple[int, int]:
        """Rows and columns of the input where its pixels lie apart."""
        (height, width), (y, x) = self.size, self.spread
        return (height - 1) * y + 1, (width - 1) * x + 1

    @property
    def inside(self) -> tuple[int, int]:
        """Rows and columns of `seen_size` among those of `padded_size`."""
        (height, width), (h, w) = self.seen_size, self.padded_size
        return max(0, min(height, h - self.padding[0])), max(0, min(width, w - self.padding[1]))

    def apart(self) -> Convolution:
        """The same over the input with its pixels apart."""
        return replace(self, size=self.seen_size, spread=(1, 1))


def convolution(file: RegisterFile) -> Convolution:
    """Decode and check.

    Dilation is shown in fp16, and ran on a sibling in int8. Source: facts of 2026-11, A10.
    """
    file.check(RULES)
    steps, mode = file[r.CNA_CONV_CON3], file[r.CNA_CONV_CON1]
    agree(mode.in_precision, mode.proc_precision, "the data", "CNA CONV_CON1.proc_precision")
    element_bytes = BYTES[mode.in_precision]
    transposed = mode.deconv
    if transposed:
        file.check(TRANSPOSED_RULES)
    weights = file[r.CNA_WEIGHT_SIZE2]
    depthwise = mode.conv_mode == DEPTHWISE
    channels = file[r.CNA_DATA_SIZE1].datain_channel
    padding = file[r.CNA_PAD_CON0]
    if depthwise:
        agree(1, weights.weight_kernels, "depthwise", "CNA WEIGHT_SIZE2.weight_kernels")
    found = Convolution(
        depthwise=depthwise,
        size=_size(file),
        channels=channels,
        out_size=_out_size(file),
        kernel=(weights.weight_height, weights.weight_width),
        stride=(steps.conv_y_stride, steps.conv_x_stride),
        dilation=(steps.atrous_y_dilation + 1, steps.atrous_x_dilation + 1),
        padding=(padding.pad_top, padding.pad_left),
        kernels=channels if depthwise else weights.weight_kernels,
        lanes=file.chip.of(element_bytes).lanes,
        spread=(steps.deconv_y_stride + 1, steps.deconv_x_stride + 1) if transposed else (1, 1),
        element_bytes=element_bytes,
    )
    _check(found, file)
    return found


def _size(file: RegisterFile) -> tuple[int, int]:
    """Rows and columns that reach CBUF.

    Packed pixels arrive as wide as DATAIN_WIDTH says (proven: Mesa's narrow maps, where DMA_WIDTH
    is less); else both widths must agree, or no output may depend on the columns between.
    """
    size, dma = file[r.CNA_DATA_SIZE0], file[r.CNA_FC_DATA_SIZE0]
    agree(size.datain_height, dma.dma_height, "CNA DATA_SIZE0", "CNA FC_DATA_SIZE0.dma_height")
    if dma.dma_width > size.datain_width:
        agree(size.datain_width, dma.dma_width, "CNA DATA_SIZE0", "CNA FC_DATA_SIZE0.dma_width")
    packed = file[r.CNA_CONV_CON1].argb_in
    return size.datain_height, size.datain_width if packed else dma.dma_width


def _out_size(file: RegisterFile) -> tuple[int, int]:
    width = file[r.CNA_DATA_SIZE2].dataout_width
    atomics = file[r.CNA_DATA_SIZE3].dataout_atomics
    if width == 0 or atomics == 0 or atomics % width:
        raise SimulationError(
            f"CNA DATA_SIZE3.dataout_atomics is {atomics}, no whole number of rows of "
            f"CNA DATA_SIZE2.dataout_width = {width} pixels"
        )
    return atomics // width, width


def _check(found: Convolution, file: RegisterFile) -> None:
    step = file.chip.of(found.element_bytes).channel_step
    if found.channels == 0 or found.channels % step:
        raise SimulationError(
            f"CNA DATA_SIZE1.datain_channel is {found.channels}, wanted a multiple of {step}"
        )
    for what, pair in (
        ("CNA DATA_SIZE0", found.size),
        ("CNA WEIGHT_SIZE2", (*found.kernel, found.kernels)),
        ("CNA CONV_CON3", found.stride),
    ):
        if 0 in pair:
            raise SimulationError(f"{what} has a 0 among its sizes {pair}, wanted at least 1")
    for step, padding in zip(found.spread, found.padding, strict=True):
        if padding >= MISPLACED.get(step, padding + 1):
            raise SimulationError(
                f"CNA PAD_CON0 pads {padding} before a map spread by {step}, where from "
                f"{MISPLACED[step]} on results lie elsewhere"
            )
    reached = -(-(found.padded_size[1] - found.padding[1]) // found.spread[1])
    declared = min(file[r.CNA_DATA_SIZE0].datain_width, reached)
    if found.size[1] < declared:
        raise SimulationError(
            f"CNA FC_DATA_SIZE0.dma_width is {found.size[1]}, but outputs depend on {declared} "
            "columns that CNA DATA_SIZE0.datain_width declares"
        )
    dma_channels = file[r.CNA_FC_DATA_SIZE1].dma_channel
    agree(found.channels, dma_channels, "CNA DATA_SIZE1", "CNA FC_DATA_SIZE1.dma_channel")
    kernel_bytes = found.kernel[0] * found.kernel[1] * found.channels * found.element_bytes
    per_kernel = file[r.CNA_WEIGHT_SIZE1].weight_bytes_per_kernel
    agree(kernel_bytes, per_kernel, "the kernel", "CNA WEIGHT_SIZE1.weight_bytes_per_kernel")
    weight_bytes = kernel_bytes * (1 if found.depthwise else found.kernels)
    found_bytes = file[r.CNA_WEIGHT_SIZE0].weight_bytes
    agree(weight_bytes, found_bytes, "the kernels", "CNA WEIGHT_SIZE0.weight_bytes")
