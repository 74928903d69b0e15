# SPDX-License-Identifier: MIT
"""CNA: fetch some rows of the input and the weights. Source: rocket hardware reference 5.1."""

from __future__ import annotations

from collections.abc import Iterator

from npucore_rocket.emit.write import Emission, Pointer, Write
from npucore_rocket.layout import ATOM
from npucore_rocket.registers import cna as r
from npucore_rocket.registers import cna_converter as v
from npucore_rocket.registers import cna_decompressor as z

DEPTHWISE_MODE = 3
GRAINS = 51  # more than the stride: lines fetched ahead, as Mesa always has it
BURST = 15
LINES_PER_GROUP = 4  # the fetcher takes four lines of a surface at a time
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


def mode(e: Emission) -> Write:
    """Direct or depthwise, int8."""
    return r.CNA_CONV_CON1(conv_mode=DEPTHWISE_MODE if e.layer.depthwise else 0)


def banks(e: Emission) -> Write:
    """The division of the CBUF."""
    b = e.task.banks
    return r.CNA_CBUF_CON0(data_bank=b.data, weight_bank=b.weights, weight_reuse=int(b.reuse))


def cna(e: Emission) -> Iterator[Write]:
    """All of the block, but for the prologue that `npucore_rocket.emit.task` writes."""
    yield mode(e)
    yield r.CNA_CONV_CON2(feature_grains=GRAINS + e.layer.stride[0])
    yield r.CNA_CONV_CON3(conv_y_stride=e.layer.stride[0], conv_x_stride=e.layer.stride[1])
    yield from _sizes(e)
    yield banks(e)
    yield r.CNA_CBUF_CON1(data_entries=data_entries(e))
    yield from CONVERTER_OFF
    yield r.CNA_PAD_CON0(pad_left=e.layer.padding[1], pad_top=e.task.padding_top)
    yield from _fetch(e)
    yield v.CNA_CVT_CON5()
    yield r.CNA_PAD_CON1(pad_value=pad_value(e.layer.source_zero_point))


def data_entries(e: Emission) -> int:
    """64-byte entries of one line; three atoms that are left over take four places.

    Source: rocket hardware reference 4.3, the rule that also gives Mesa's special case.
    """
    width, channels = e.layer.source_shape.width, e.layer.source_shape.channels
    atoms = -(-channels // ATOM)
    rest = width if atoms % 4 == 3 else -(-(atoms % 4) * width // 4)
    return atoms // 4 * width + rest


def pad_value(zero_point: int) -> int:
    """The zero point in both low bytes, sign-extended: depthwise reads the second one as well.

    Source: rocket hardware reference 5.6; Mesa writes one byte and fails on two layers for it.
    """
    return zero_point * 0x0101 if zero_point >= 0 else (zero_point & 0xFF) * 0x0101 - 0x10000


def _sizes(e: Emission) -> Iterator[Write]:
    shape, out = e.layer.source_shape, e.layer.destination_shape
    kh, kw = e.layer.kernel
    yield r.CNA_DATA_SIZE0(datain_width=shape.width, datain_height=e.task.input_rows)
    yield r.CNA_DATA_SIZE1(datain_channel_real=shape.channels - 1, datain_channel=e.sizes.channels)
    yield r.CNA_DATA_SIZE2(dataout_width=out.width)
    yield r.CNA_DATA_SIZE3(dataout_atomics=out.width * e.task.rows)
    yield r.CNA_WEIGHT_SIZE0(weight_bytes=e.sizes.weight_bytes)
    yield r.CNA_WEIGHT_SIZE1(weight_bytes_per_kernel=e.sizes.weight_bytes_per_kernel)
    yield r.CNA_WEIGHT_SIZE2(
        weight_width=kw, weight_height=kh, weight_kernels=e.sizes.weight_kernels
    )


def _fetch(e: Emission) -> Iterator[Write]:
    height, width, _ = e.layer.source_shape
    yield Pointer(r.CNA_FEATURE_DATA_ADDR, e.operands.source + e.task.input_row * width * ATOM)
    yield r.CNA_FC_CON2()
    yield r.CNA_DMA_CON0(weight_burst_len=BURST, data_burst_len=BURST)
    yield r.CNA_DMA_CON1(line_stride=LINES_PER_GROUP * width)
    yield r.CNA_DMA_CON2(surf_stride=width * (height - LINES_PER_GROUP))
    yield r.CNA_FC_DATA_SIZE0(dma_width=width, dma_height=e.task.input_rows)
    yield r.CNA_FC_DATA_SIZE1(dma_channel=e.sizes.channels)
    yield z.CNA_DCOMP_CTRL()
    yield z.CNA_DCOMP_REGNUM()
    yield Pointer(z.CNA_DCOMP_ADDR0, e.operands.weights)
    yield from AMOUNTS
