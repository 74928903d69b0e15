# SPDX-License-Identifier: MIT
"""Feature and weight DMA, CBUF, sequencer."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_rocket.registers.codes import (
    BURST,
    CNA_PRECISION,
    CONVOLUTION,
    GROUP_STATE,
    PING_PONG,
)
from npucore_rocket.registers.source import FLOAT, KERNEL, MESA, RV1103, TRM, VENDOR


class CNA_S_STATUS(Register, offset=0x1000):
    """State of the two register groups of CNA."""

    status_1 = Bits(17, 16, "register group 1", TRM, GROUP_STATE)
    status_0 = Bits(1, 0, "register group 0", TRM, GROUP_STATE)


class CNA_S_POINTER(Register, offset=0x1004):
    """Ping-pong control of CNA: streams write 0x0e, loads of the look-up table 0x30."""

    executer = Bits(16, 16, "group that is being executed; read-only", TRM)
    executer_pp_clear = Bits(5, 5, "write 1: executer back to group 0", TRM)
    pointer_pp_clear = Bits(4, 4, "write 1: register pointer back to group 0", TRM)
    pointer_pp_mode = Bits(3, 3, "when the register pointer alternates", KERNEL, PING_PONG)
    executer_pp_en = Bits(2, 2, "let the executer alternate between the groups", KERNEL)
    pointer_pp_en = Bits(1, 1, "let the register pointer alternate", KERNEL)
    pointer = Bits(0, 0, "group that receives register writes without ping-pong", TRM)


class CNA_OPERATION_ENABLE(Register, offset=0x1008):
    """Start CNA; a stream starts all blocks at once.

    This register and all at later offsets are double-buffered.
    """

    op_en = Bits(0, 0, "start the block with the current group", TRM)


class CNA_CONV_CON1(Register, offset=0x100C):
    """Convolution mode and input format."""

    nonalign_dma = Bits(30, 30, "1: fetch packed pixels contiguously; goes with argb_in", MESA)
    group_line_off = Bits(
        29,
        29,
        "lines that the DMA fetches at once; matters for DMA_CON1 and 2",
        MESA,
        {0: "four lines", 1: "one line"},
    )
    deconv = Bits(16, 16, "enable transposed convolution", RV1103)
    argb_in = Bits(
        15,
        12,
        "packed-pixel first layer",
        MESA,
        {0: "off", 8: "1 channel", 9: "2 channels", 10: "3 channels", 11: "4 channels"},
    )
    proc_precision = Bits(9, 7, "arithmetic type", FLOAT, CNA_PRECISION)
    in_precision = Bits(6, 4, "type of the feature data in memory", FLOAT, CNA_PRECISION)
    conv_mode = Bits(3, 0, "convolution kind", MESA, CONVOLUTION)


class CNA_CONV_CON2(Register, offset=0x1010):
    """Pipeline start and scan control."""

    reserved_0 = Bits(31, 24, "bits 31:28 hold codes of nn_mode in multi-core streams", VENDOR)
    kernel_group = Bits(23, 16, "kernel groups - 1; every known stream leaves 0", TRM)
    feature_grains = Bits(13, 4, "lines that must be in CBUF before the MACs start", MESA)
    csc_wo_en = Bits(2, 2, "1: do not stream weights to CORE (debug)", TRM)
    csc_do_en = Bits(1, 1, "1: do not stream features to CORE (debug)", TRM)
    cmd_fifo_srst = Bits(0, 0, "soft-reset the command FIFO (debug)", TRM)


class CNA_CONV_CON3(Register, offset=0x1014):
    """Strides and dilation."""

    nn_mode = Bits(
        30,
        28,
        "shape of co-working arrays",
        TRM,
        {0: "32x32", 1: "64x32", 2: "96x32", 4: "32x64", 5: "32x96"},
    )
    atrous_y_dilation = Bits(25, 21, "dilation - 1, rows", RV1103)
    atrous_x_dilation = Bits(20, 16, "dilation - 1, columns", RV1103)
    deconv_y_stride = Bits(13, 11, "zeros between input rows (stride - 1)", RV1103)
    deconv_x_stride = Bits(10, 8, "zeros between input columns (stride - 1)", RV1103)
    conv_y_stride = Bits(5, 3, "vertical stride, 1..7", MESA)
    conv_x_stride = Bits(2, 0, "horizontal stride, 1..7", MESA)


class CNA_DATA_SIZE0(Register, offset=0x1020):
    """Feature window seen by the convolution."""

    datain_width = Bits(26, 16, "width in pixels (max 2047)", MESA)
    datain_height = Bits(10, 0, "height of this task in lines (max 2047)", MESA)


class CNA_DATA_SIZE1(Register, offset=0x1024):
    """Feature channels."""

    datain_channel_real = Bits(29, 16, "true channels - 1; the vendor writes it mod 64", MESA)
    datain_channel = Bits(15, 0, "padded channel count", MESA)


class CNA_DATA_SIZE2(Register, offset=0x1028):
    """Output width."""

    dataout_width = Bits(10, 0, "output pixels per line (not minus one)", MESA)


class CNA_DATA_SIZE3(Register, offset=0x102C):
    """Output pixel count."""

    surf_mode = Bits(23, 22, "surfaces written in series", TRM, {0: "1", 1: "1", 2: "2", 3: "4"})
    dataout_atomics = Bits(21, 0, "output width x output height of this task", MESA)


class CNA_WEIGHT_SIZE0(Register, offset=0x1030):
    """Weight bytes."""

    weight_bytes = Bits(31, 0, "WEIGHT_SIZE1 x kernels", MESA)


class CNA_WEIGHT_SIZE1(Register, offset=0x1034):
    """Bytes of one kernel."""

    weight_bytes_per_kernel = Bits(18, 0, "kw x kh x padded channels x element bytes", MESA)


class CNA_WEIGHT_SIZE2(Register, offset=0x1038):
    """Kernel shape."""

    weight_width = Bits(28, 24, "kernel width 1..31", MESA)
    weight_height = Bits(20, 16, "kernel height 1..31", MESA)
    weight_kernels = Bits(13, 0, "number of kernels (1 for depthwise)", MESA)


class CNA_CBUF_CON0(Register, offset=0x1040):
    """Convolution-buffer split."""

    weight_reuse = Bits(13, 13, "1: the previous task's weights are in CBUF, fetch none", MESA)
    data_reuse = Bits(12, 12, "1: the previous task's features are in CBUF", TRM)
    fc_data_bank = Bits(10, 8, "1 in FC zero-skipping mode, else 0", TRM)
    weight_bank = Bits(7, 4, "32-KiB banks for weights", MESA)
    data_bank = Bits(3, 0, "32-KiB banks for features; 12 with those for weights", MESA)


class CNA_CBUF_CON1(Register, offset=0x1044):
    """Bytes per feature line."""

    data_entries = Bits(13, 0, "64-byte units of a line of all channels in CBUF", MESA)


class CNA_FC_CON0(Register, offset=0x1060):
    """FC zero skipping."""

    fc_skip_data = Bits(31, 16, "feature value whose weights are not fetched", TRM)
    fc_skip_en = Bits(0, 0, "enable", TRM)


class CNA_FC_CON1(Register, offset=0x1064):
    """FC zero skipping."""

    data_offset = Bits(16, 0, "feature offset", TRM)


class CNA_PAD_CON0(Register, offset=0x1068):
    """Padding (right and bottom follow from the output size)."""

    pad_left = Bits(7, 4, "columns, 0..15", MESA)
    pad_top = Bits(3, 0, "rows, 0..15", MESA)


class CNA_FEATURE_DATA_ADDR(Register, offset=0x1070):
    """Feature address."""

    feature_base_addr = Bits(31, 0, "NPU address of the first line of this task", MESA)


class CNA_FC_CON2(Register, offset=0x1074):
    """FC zero skipping."""

    weight_offset = Bits(16, 0, "weight offset", TRM)


class CNA_DMA_CON0(Register, offset=0x1078):
    """AXI bursts."""

    ov4k_bypass = Bits(31, 31, "1: do not split bursts at 4-KiB boundaries", TRM)
    weight_burst_len = Bits(19, 16, "weight bursts", MESA, BURST)
    data_burst_len = Bits(3, 0, "feature bursts", MESA, BURST)


class CNA_DMA_CON1(Register, offset=0x107C):
    """Line stride in 16-byte atoms (pixels in ARGB mode).

    4 x width when lines come in groups, width when they do not.
    """

    line_stride = Bits(27, 0, "atoms", MESA)


class CNA_DMA_CON2(Register, offset=0x1080):
    """Rest of a surface after a fetched group of lines.

    Atoms of the surface - 4 x width when lines come in groups, - width when they do not.
    """

    surf_stride = Bits(27, 0, "atoms, two's complement", MESA, signed=True)


class CNA_FC_DATA_SIZE0(Register, offset=0x1084):
    """What the feature DMA reads."""

    dma_width = Bits(29, 16, "pixels per line", MESA)
    dma_height = Bits(10, 0, "lines", MESA)


class CNA_FC_DATA_SIZE1(Register, offset=0x1088):
    """What the feature DMA reads."""

    dma_channel = Bits(15, 0, "padded channels", MESA)


class CNA_CLK_GATE(Register, offset=0x1090):
    """Clock-gating overrides."""

    cbuf_cs_disable_clkgate = Bits(4, 4, "1: keep CBUF clocked", TRM)
    csc_disable_clkgate = Bits(2, 2, "1: keep the sequencer clocked", TRM)
    cna_weight_disable_clkgate = Bits(1, 1, "1: keep the weight loader clocked", TRM)
    cna_feature_disable_clkgate = Bits(0, 0, "1: keep the feature loader clocked", TRM)


class CNA_PAD_CON1(Register, offset=0x1184):
    """Padding value."""

    pad_value = Bits(31, 0, "stored value of the padding, zero point - 128", MESA, signed=True)
