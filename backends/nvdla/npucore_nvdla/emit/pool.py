# SPDX-License-Identifier: MIT
"""PDP and its reader: registers of a pool."""

from __future__ import annotations

from npucore.hw.registers import Register
from npucore_nvdla.chip import Chip
from npucore_nvdla.emit.points import MEMORY, strides
from npucore_nvdla.lower.layer import Pool
from npucore_nvdla.maps import MapShape
from npucore_nvdla.registers import BLOCKS, pdp, pdp_rdma
from npucore_nvdla.stream import POOL, Words, encode

OFF_FLYING = 1  # FLYING_MODE: the unit reads its map from memory
ONE = 1 << 16  # reciprocals of a window's sides have 16 bits behind the point


def pool_words(layer: Pool, chip: Chip) -> Words:
    """Of a layer that fits."""
    enables = [BLOCKS[name].D_OP_ENABLE(op_en=1) for name in POOL]
    return encode([*_reader(layer, chip), *_unit(layer, chip), *enables])


def _reader(layer: Pool, chip: Chip) -> list[Register]:
    shape, apart = layer.source.shape, strides(layer.source, chip)
    return [
        pdp_rdma.D_DATA_CUBE_IN_WIDTH(cube_in_width=shape.columns - 1),
        pdp_rdma.D_DATA_CUBE_IN_HEIGHT(cube_in_height=shape.rows - 1),
        pdp_rdma.D_DATA_CUBE_IN_CHANNEL(cube_in_channel=shape.channels - 1),
        pdp_rdma.D_FLYING_MODE(flying_mode=OFF_FLYING),
        pdp_rdma.D_SRC_BASE_ADDR_LOW(),
        pdp_rdma.D_SRC_BASE_ADDR_HIGH(),
        pdp_rdma.D_SRC_LINE_STRIDE(src_line_stride=apart.line),
        pdp_rdma.D_SRC_SURFACE_STRIDE(src_surface_stride=apart.surface),
        pdp_rdma.D_SRC_RAM_CFG(src_ram_type=MEMORY),
        pdp_rdma.D_DATA_FORMAT(),
        pdp_rdma.D_OPERATION_MODE_CFG(),
        pdp_rdma.D_POOLING_KERNEL_CFG(
            kernel_width=layer.kernel[1] - 1, kernel_stride_width=layer.stride[1] - 1
        ),
        pdp_rdma.D_POOLING_PADDING_CFG(pad_width=layer.padding[1]),
        pdp_rdma.D_PARTIAL_WIDTH_IN(),
    ]


def _unit(layer: Pool, chip: Chip) -> list[Register]:
    shape, out, apart = layer.source.shape, layer.destination.shape, strides(layer.source, chip)
    target, (bottom, right) = strides(layer.destination, chip), _behind(layer, shape, out)
    return [
        pdp.D_DATA_CUBE_IN_WIDTH(cube_in_width=shape.columns - 1),
        pdp.D_DATA_CUBE_IN_HEIGHT(cube_in_height=shape.rows - 1),
        pdp.D_DATA_CUBE_IN_CHANNEL(cube_in_channel=shape.channels - 1),
        pdp.D_DATA_CUBE_OUT_WIDTH(cube_out_width=out.columns - 1),
        pdp.D_DATA_CUBE_OUT_HEIGHT(cube_out_height=out.rows - 1),
        pdp.D_DATA_CUBE_OUT_CHANNEL(cube_out_channel=out.channels - 1),
        pdp.D_OPERATION_MODE_CFG(pooling_method=layer.method, flying_mode=OFF_FLYING),
        pdp.D_PARTIAL_WIDTH_IN(),
        pdp.D_PARTIAL_WIDTH_OUT(),
        pdp.D_POOLING_KERNEL_CFG(
            kernel_width=layer.kernel[1] - 1,
            kernel_height=layer.kernel[0] - 1,
            kernel_stride_width=layer.stride[1] - 1,
            kernel_stride_height=layer.stride[0] - 1,
        ),
        pdp.D_RECIP_KERNEL_WIDTH(recip_kernel_width=round(ONE / layer.kernel[1])),
        pdp.D_RECIP_KERNEL_HEIGHT(recip_kernel_height=round(ONE / layer.kernel[0])),
        pdp.D_POOLING_PADDING_CFG(
            pad_left=layer.padding[1], pad_top=layer.padding[0], pad_right=right, pad_bottom=bottom
        ),
        pdp.D_SRC_LINE_STRIDE(src_line_stride=apart.line),
        pdp.D_SRC_SURFACE_STRIDE(src_surface_stride=apart.surface),
        pdp.D_DST_BASE_ADDR_LOW(),
        pdp.D_DST_BASE_ADDR_HIGH(),
        pdp.D_DST_LINE_STRIDE(dst_line_stride=target.line),
        pdp.D_DST_SURFACE_STRIDE(dst_surface_stride=target.surface),
        pdp.D_DST_RAM_CFG(dst_ram_type=MEMORY),
        pdp.D_DATA_FORMAT(),
    ]


def _behind(layer: Pool, shape: MapShape, out: MapShape) -> tuple[int, int]:
    """Rows and columns of border below and to the right, as far as windows reach."""
    each = zip(shape[:2], out[:2], layer.kernel, layer.stride, layer.padding, strict=True)
    below, right = (max((outs - 1) * step + k - before - n, 0) for n, outs, k, step, before in each)
    return below, right
