# SPDX-License-Identifier: MIT
"""CACC, CMAC, CSC and CDMA: registers of a convolution, in the order of the maker's traces."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from npucore.hw.registers import Register
from npucore_nvdla.chip import Chip
from npucore_nvdla.emit.points import (
    MEMORY,
    PointsKey,
    Strides,
    key,
    processor,
    readers,
    strides,
)
from npucore_nvdla.layout import weights_bytes
from npucore_nvdla.lower.layer import Convolve
from npucore_nvdla.plan import Banks, banks, entries
from npucore_nvdla.registers import BLOCKS, cacc, cdma, cmac_a, cmac_b, csc
from npucore_nvdla.stream import CONVOLUTION, Words, encode


class ConvolveKey(NamedTuple):
    """All registers of a convolution but addresses. Pairs are (y, x)."""

    rows: int
    columns: int
    channels: int
    source: Strides
    kernel: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int]
    padding: tuple[int, int]
    padding_value: int
    entries: int
    banks: Banks
    points: PointsKey

    @property
    def weights(self) -> int:
        return self.kernel[0] * self.kernel[1] * self.channels * self.points.channels

    @property
    def behind(self) -> tuple[int, int]:
        """Rows and columns of border below and to the right, as far as windows reach."""
        out = (self.points.rows, self.points.columns)
        each = zip(
            out, self.stride, self.kernel, self.dilation, self.padding,
            (self.rows, self.columns), strict=True,
        )  # fmt: skip
        below, right = (
            max((n - 1) * step + (k - 1) * d + 1 - before - size, 0)
            for n, step, k, d, before, size in each
        )
        return below, right


def convolve_words(layer: Convolve, chip: Chip) -> Words:
    """Of a layer that fits."""
    source = layer.source
    return _words(
        ConvolveKey(
            *source.shape,
            strides(source, chip),
            (layer.weights.shape[1], layer.weights.shape[2]),
            layer.stride,
            layer.dilation,
            layer.padding,
            layer.padding_value,
            entries(source.shape.columns, source.shape.channels, chip),
            banks(layer, chip),
            key(layer.points, None, layer.destination, chip),
        )
    )


@lru_cache(maxsize=1024)
def _words(k: ConvolveKey) -> Words:
    enables = [BLOCKS[name].D_OP_ENABLE(op_en=1) for name in CONVOLUTION]
    registers = [*_cacc(k), cmac_a.D_MISC_CFG(), cmac_b.D_MISC_CFG(), *_csc(k), *_cdma(k)]
    return encode([*registers, *readers(k.points), *processor(k.points), *enables])


def _cacc(k: ConvolveKey) -> list[Register]:
    out = k.points
    return [
        cacc.D_MISC_CFG(),
        cacc.D_DATAOUT_SIZE_0(dataout_width=out.columns - 1, dataout_height=out.rows - 1),
        cacc.D_DATAOUT_SIZE_1(dataout_channel=out.channels - 1),
        cacc.D_DATAOUT_ADDR(),
        cacc.D_BATCH_NUMBER(),
        cacc.D_LINE_STRIDE(line_stride=out.target.line),
        cacc.D_SURF_STRIDE(surf_stride=out.target.surface),
        cacc.D_DATAOUT_MAP(),
        cacc.D_CLIP_CFG(),
    ]


def _csc(k: ConvolveKey) -> list[Register]:
    out = k.points
    return [
        csc.D_MISC_CFG(),
        csc.D_DATAIN_FORMAT(),
        csc.D_DATAIN_SIZE_EXT_0(datain_width_ext=k.columns - 1, datain_height_ext=k.rows - 1),
        csc.D_DATAIN_SIZE_EXT_1(datain_channel_ext=k.channels - 1),
        csc.D_BATCH_NUMBER(),
        csc.D_POST_Y_EXTENSION(),
        csc.D_ENTRY_PER_SLICE(entries=k.entries - 1),
        csc.D_WEIGHT_FORMAT(),
        csc.D_WEIGHT_SIZE_EXT_0(
            weight_width_ext=k.kernel[1] - 1, weight_height_ext=k.kernel[0] - 1
        ),
        csc.D_WEIGHT_SIZE_EXT_1(weight_channel_ext=k.channels - 1, weight_kernel=out.channels - 1),
        csc.D_WEIGHT_BYTES(weight_bytes=weights_bytes(k.weights)),
        csc.D_WMB_BYTES(),
        csc.D_DATAOUT_SIZE_0(dataout_width=out.columns - 1, dataout_height=out.rows - 1),
        csc.D_DATAOUT_SIZE_1(dataout_channel=out.channels - 1),
        csc.D_ATOMICS(atomics=out.rows * out.columns - 1),
        csc.D_RELEASE(rls_slices=k.rows - 1),
        csc.D_CONV_STRIDE_EXT(conv_x_stride_ext=k.stride[1] - 1, conv_y_stride_ext=k.stride[0] - 1),
        csc.D_DILATION_EXT(x_dilation_ext=k.dilation[1] - 1, y_dilation_ext=k.dilation[0] - 1),
        csc.D_ZERO_PADDING(pad_left=k.padding[1], pad_top=k.padding[0]),
        csc.D_ZERO_PADDING_VALUE(pad_value=k.padding_value),
        csc.D_BANK(data_bank=k.banks.data - 1, weight_bank=k.banks.weights - 1),
        csc.D_PRA_CFG(),
    ]


def _cdma(k: ConvolveKey) -> list[Register]:
    row_bytes = k.source.line
    packed = row_bytes == k.columns * (k.source.surface // max(k.rows * k.columns, 1))
    below, right = k.behind
    compact = k.source.surface == k.rows * row_bytes
    return [
        cdma.D_MISC_CFG(),
        cdma.D_DATAIN_FORMAT(),
        cdma.D_DATAIN_SIZE_0(datain_width=k.columns - 1, datain_height=k.rows - 1),
        cdma.D_DATAIN_SIZE_1(datain_channel=k.channels - 1),
        cdma.D_DATAIN_SIZE_EXT_0(datain_width_ext=k.columns - 1, datain_height_ext=k.rows - 1),
        cdma.D_DAIN_RAM_TYPE(datain_ram_type=MEMORY),
        cdma.D_DAIN_ADDR_HIGH_0(),
        cdma.D_DAIN_ADDR_LOW_0(),
        cdma.D_LINE_STRIDE(line_stride=row_bytes),
        cdma.D_SURF_STRIDE(surf_stride=k.source.surface),
        cdma.D_DAIN_MAP(line_packed=packed or compact, surf_packed=compact),
        cdma.D_BATCH_NUMBER(),
        cdma.D_BATCH_STRIDE(),
        cdma.D_ENTRY_PER_SLICE(entries=k.entries - 1),
        cdma.D_FETCH_GRAIN(),
        cdma.D_WEIGHT_FORMAT(),
        cdma.D_WEIGHT_SIZE_0(byte_per_kernel=k.kernel[0] * k.kernel[1] * k.channels - 1),
        cdma.D_WEIGHT_SIZE_1(weight_kernel=k.points.channels - 1),
        cdma.D_WEIGHT_RAM_TYPE(weight_ram_type=MEMORY),
        cdma.D_WEIGHT_ADDR_HIGH(),
        cdma.D_WEIGHT_ADDR_LOW(),
        cdma.D_WEIGHT_BYTES(weight_bytes=weights_bytes(k.weights)),
        cdma.D_CVT_CFG(),
        cdma.D_CONV_STRIDE(conv_x_stride=k.stride[1] - 1, conv_y_stride=k.stride[0] - 1),
        cdma.D_ZERO_PADDING(
            pad_left=k.padding[1], pad_right=right, pad_top=k.padding[0], pad_bottom=below
        ),
        cdma.D_ZERO_PADDING_VALUE(pad_value=k.padding_value),
        cdma.D_BANK(data_bank=k.banks.data - 1, weight_bank=k.banks.weights - 1),
    ]
