# SPDX-License-Identifier: MIT
"""CNA: fetch some rows of the input and the weights. Source: rocket hardware reference 5.1."""

from __future__ import annotations

from collections.abc import Iterator

from npucore_rocket.chip import Chip
from npucore_rocket.emit.write import Emission, Kind, Pointer, Write
from npucore_rocket.plan import Task
from npucore_rocket.registers import cna as r
from npucore_rocket.registers import cna_converter as v
from npucore_rocket.registers import cna_decompressor as z

DEPTHWISE_MODE = 3
BURST = 15
FP16 = 2
REAL_LANES = 64
AMOUNTS = tuple(getattr(z, f"CNA_DCOMP_AMOUNT{n}")() for n in range(16))
CONVERTER_OFF = (
    v.CNA_CVT_CON0(data_sign=1, cvt_type=1, cvt_bypass=1),
    v.CNA_CVT_CON1(cvt_scale0=1),
    v.CNA_CVT_CON2(cvt_scale1=1),
    v.CNA_CVT_CON3(cvt_scale2=1),
    v.CNA_CVT_CON4(cvt_scale3=1),
    r.CNA_FC_CON0(),
    r.CNA_FC_CON1(),
)
ORDER = (
    r.CNA_CONV_CON1,
    r.CNA_CONV_CON2,
    r.CNA_CONV_CON3,
    r.CNA_DATA_SIZE0,
    r.CNA_DATA_SIZE1,
    r.CNA_DATA_SIZE2,
    r.CNA_DATA_SIZE3,
    r.CNA_WEIGHT_SIZE0,
    r.CNA_WEIGHT_SIZE1,
    r.CNA_WEIGHT_SIZE2,
    r.CNA_CBUF_CON0,
    r.CNA_CBUF_CON1,
    *CONVERTER_OFF,
    r.CNA_PAD_CON0,
    r.CNA_FEATURE_DATA_ADDR,
    r.CNA_FC_CON2(),
    r.CNA_DMA_CON0(weight_burst_len=BURST, data_burst_len=BURST),
    r.CNA_DMA_CON1,
    r.CNA_DMA_CON2,
    r.CNA_FC_DATA_SIZE0,
    r.CNA_FC_DATA_SIZE1,
    z.CNA_DCOMP_CTRL(),
    z.CNA_DCOMP_REGNUM(),
    z.CNA_DCOMP_ADDR0,
    *AMOUNTS,
    v.CNA_CVT_CON5(),
    r.CNA_PAD_CON1,
)


def kind(k: Kind) -> Iterator[Write]:
    """Direct or depthwise; transposed ones lay out their input. Source: facts, A10."""
    precision = FP16 if k.halves else 0
    yield r.CNA_CONV_CON1(
        conv_mode=DEPTHWISE_MODE if k.depthwise else 0,
        deconv=int(k.spread),
        in_precision=precision,
        proc_precision=precision,
    )


def layer(e: Emission) -> Iterator[Write]:
    """The kernel, the channels, and the strides of the whole map."""
    width = e.layer.source_shape.width
    kh, kw = e.layer.kernel
    down, right = e.layer.stride
    chip, out_width = e.chip, e.layer.destination_shape.width
    (apart_y, apart_x), (spread_y, spread_x) = e.layer.dilation, e.layer.spread
    if not e.layer.halves:
        lines = chip.grains.lines(e.layer.reach[0], down, out_width)
        yield r.CNA_CONV_CON2(feature_grains=lines)
    yield r.CNA_CONV_CON3(
        conv_y_stride=down,
        conv_x_stride=right,
        atrous_y_dilation=apart_y - 1,
        atrous_x_dilation=apart_x - 1,
        deconv_y_stride=spread_y - 1,
        deconv_x_stride=spread_x - 1,
    )
    yield r.CNA_DATA_SIZE1(datain_channel_real=real_channels(e), datain_channel=e.sizes.channels)
    yield r.CNA_DATA_SIZE2(dataout_width=out_width)
    yield r.CNA_WEIGHT_SIZE0(weight_bytes=e.sizes.weight_bytes)
    yield r.CNA_WEIGHT_SIZE1(weight_bytes_per_kernel=e.sizes.weight_bytes_per_kernel)
    yield r.CNA_WEIGHT_SIZE2(
        weight_width=kw, weight_height=kh, weight_kernels=e.sizes.weight_kernels
    )
    yield r.CNA_CBUF_CON1(data_entries=data_entries(width, e.sizes.channels, chip))
    yield r.CNA_DMA_CON1(line_stride=max(1, chip.fetched_lines) * width)
    yield r.CNA_DMA_CON2(surf_stride=e.layer.source_pixels - width * chip.skipped_lines)
    yield r.CNA_FC_DATA_SIZE1(dma_channel=e.sizes.channels)
    yield Pointer(z.CNA_DCOMP_ADDR0, e.operands.weights)
    yield r.CNA_PAD_CON1(pad_value=pad_value(e.layer.padding_value, chip))


def rows(e: Emission, task: Task) -> Iterator[Write]:
    """The lines to fetch, and the division of the CBUF."""
    width, banks = e.layer.source_shape.width, task.banks
    offset = task.input_row * width * e.chip.atom_bytes
    if e.layer.halves:  # source: rocket hardware reference 5.4, the safe choice for floats
        yield r.CNA_CONV_CON2(feature_grains=task.input_rows + e.layer.reach[0])
    yield r.CNA_DATA_SIZE0(datain_width=width, datain_height=task.input_rows)
    yield r.CNA_DATA_SIZE3(dataout_atomics=e.layer.destination_shape.width * task.rows)
    yield r.CNA_CBUF_CON0(
        data_bank=banks.data, weight_bank=banks.weights, weight_reuse=int(banks.reuse)
    )
    yield r.CNA_PAD_CON0(pad_left=e.layer.padding[1], pad_top=task.padding_top)
    yield Pointer(r.CNA_FEATURE_DATA_ADDR, e.operands.source + offset)
    yield r.CNA_FC_DATA_SIZE0(dma_width=width, dma_height=task.input_rows)


def real_channels(e: Emission) -> int:
    """DATAIN_CHANNEL_REAL: of fp16 the last channel modulo 64, as the vendor's streams have it.

    Source: rocket hardware reference 5.1, example 3 (683 tasks of 83 models).
    """
    last = e.sizes.real_channels - 1
    return last % REAL_LANES if e.layer.halves else last


def data_entries(width: int, channels: int, chip: Chip) -> int:
    """Entries of four atoms of one line; three atoms that are left over take four places.

    Source: rocket hardware reference 4.3, the rule that also gives Mesa's special case.
    """
    atoms = -(-channels // chip.lanes)
    rest = width if atoms % 4 == 3 else -(-(atoms % 4) * width // 4)
    return atoms // 4 * width + rest


def pad_value(zero_point: int, chip: Chip) -> int:
    """The zero point, sign-extended; in both low bytes where depthwise reads the second one, too.

    Source: rocket hardware reference 5.6; Mesa writes one byte and fails on two layers for it.
    """
    if not chip.second_pad_byte:
        return zero_point
    return zero_point * 0x0101 if zero_point >= 0 else (zero_point & 0xFF) * 0x0101 - 0x10000
