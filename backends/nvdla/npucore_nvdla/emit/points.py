# SPDX-License-Identifier: MIT
"""SDP and its readers: registers of the stages and of the output converter."""

from __future__ import annotations

from typing import NamedTuple

from npucore.hw.registers import Register
from npucore_nvdla.chip import Chip
from npucore_nvdla.emit.table import third
from npucore_nvdla.lower.layer import Operand, PerElement, PerKernel, Points, Stage
from npucore_nvdla.maps import Region
from npucore_nvdla.registers import sdp, sdp_rdma

OPERAND_BYTES = 2
USE_MUL, USE_ALU = 0, 1
MEMORY = 1  # RAM_TYPE: the first memory interface, the only one of nv_small


class Strides(NamedTuple):
    """Bytes from row to row and from surface to surface."""

    line: int
    surface: int


class Side(NamedTuple):
    """An operand of a stage, as far as registers say it: a number, or how it is read."""

    value: int = 0
    read: bool = False
    size_bytes: int = 0
    strides: Strides | None = None  # None for one that is the same for every pixel


class StageKey(NamedTuple):
    """A stage, as far as registers say it."""

    addend: Side | None
    addend_shift: int
    algorithm: int
    factor: Side | None
    factor_shift: int
    prelu: bool
    relu: bool


class PointsKey(NamedTuple):
    """All of SDP's registers but addresses; *source* is None behind a convolution."""

    rows: int
    columns: int
    channels: int
    source: Strides | None
    target: Strides
    first: StageKey | None
    second: StageKey | None
    offset: int
    scale: int
    shift: int
    table: bytes | None = None


def strides(region: Region, chip: Chip) -> Strides:
    """Of the map that *region* is a part of."""
    return Strides(region.whole.line_bytes(chip), region.whole.surface_bytes(chip))


def key(points: Points, source: Region | None, target: Region, chip: Chip) -> PointsKey:
    """A layer's points in the form that registers have."""
    return PointsKey(
        *target.shape,
        None if source is None else strides(source, chip),
        strides(target, chip),
        _stage(points.first, chip),
        _stage(points.second, chip),
        points.offset,
        points.scale,
        points.shift,
        None if points.table is None else points.table.tobytes(),
    )


def _stage(stage: Stage | None, chip: Chip) -> StageKey | None:
    if stage is None:
        return None
    return StageKey(
        _side(stage.addend, chip),
        stage.addend_shift,
        int(stage.algorithm),
        _side(stage.factor, chip),
        stage.factor_shift,
        stage.prelu,
        stage.relu,
    )


def _side(side: Operand | None, chip: Chip) -> Side | None:
    match side:
        case None:
            return None
        case int():
            return Side(side)
        case PerKernel():
            return Side(0, True, OPERAND_BYTES)
        case PerElement():
            rows, columns = side.values.shape
            line = columns * chip.atom_bytes * OPERAND_BYTES
            return Side(0, True, OPERAND_BYTES, Strides(line, rows * line))
        case Region():
            return Side(0, True, 1, strides(side, chip))


def operand(stage: Stage | None) -> Operand | None:
    """The operand that a stage reads from memory, or None."""
    sides = () if stage is None else (stage.addend, stage.factor)
    found = [side for side in sides if side is not None and not isinstance(side, int)]
    assert len(found) <= 1, "a stage reads one operand"
    return found[0] if found else None


def readers(k: PointsKey) -> list[Register]:
    """SDP_RDMA's registers."""
    source: list[Register] = []
    if k.source is not None:
        source = [
            sdp_rdma.D_SRC_BASE_ADDR_LOW(),
            sdp_rdma.D_SRC_BASE_ADDR_HIGH(),
            sdp_rdma.D_SRC_LINE_STRIDE(src_line_stride=k.source.line),
            sdp_rdma.D_SRC_SURFACE_STRIDE(src_surface_stride=k.source.surface),
            sdp_rdma.D_SRC_DMA_CFG(src_ram_type=MEMORY),
        ]
    return [
        sdp_rdma.D_DATA_CUBE_WIDTH(width=k.columns - 1),
        sdp_rdma.D_DATA_CUBE_HEIGHT(height=k.rows - 1),
        sdp_rdma.D_DATA_CUBE_CHANNEL(channel=k.channels - 1),
        *source,
        *_first_read(_read(k.first)),
        *_second_read(_read(k.second)),
        sdp_rdma.D_ERDMA_CFG(erdma_disable=1),
        sdp_rdma.D_FEATURE_MODE_CFG(flying_mode=k.source is None),
    ]


def _first_read(read: _Read | None) -> list[Register]:
    if read is None:
        return [sdp_rdma.D_BRDMA_CFG(brdma_disable=1)]
    apart = read.strides or Strides(0, 0)
    return [
        sdp_rdma.D_BRDMA_CFG(
            brdma_data_use=read.use,
            brdma_data_size=read.two_bytes,
            brdma_data_mode=read.strides is not None,
            brdma_ram_type=MEMORY,
        ),
        sdp_rdma.D_BS_BASE_ADDR_LOW(),
        sdp_rdma.D_BS_BASE_ADDR_HIGH(),
        sdp_rdma.D_BS_LINE_STRIDE(bs_line_stride=apart.line),
        sdp_rdma.D_BS_SURFACE_STRIDE(bs_surface_stride=apart.surface),
    ]


def _second_read(read: _Read | None) -> list[Register]:
    if read is None:
        return [sdp_rdma.D_NRDMA_CFG(nrdma_disable=1)]
    apart = read.strides or Strides(0, 0)
    return [
        sdp_rdma.D_NRDMA_CFG(
            nrdma_data_use=read.use,
            nrdma_data_size=read.two_bytes,
            nrdma_data_mode=read.strides is not None,
            nrdma_ram_type=MEMORY,
        ),
        sdp_rdma.D_BN_BASE_ADDR_LOW(),
        sdp_rdma.D_BN_BASE_ADDR_HIGH(),
        sdp_rdma.D_BN_LINE_STRIDE(bn_line_stride=apart.line),
        sdp_rdma.D_BN_SURFACE_STRIDE(bn_surface_stride=apart.surface),
    ]


class _Read(NamedTuple):
    """The way an operand is read."""

    use: int
    two_bytes: bool
    strides: Strides | None


def _read(stage: StageKey | None) -> _Read | None:
    if stage is None:
        return None
    for use, side in ((USE_ALU, stage.addend), (USE_MUL, stage.factor)):
        if side is not None and side.read:
            return _Read(use, side.size_bytes == 2, side.strides)
    return None


def processor(k: PointsKey) -> list[Register]:
    """SDP's registers."""
    return [
        sdp.D_DATA_CUBE_WIDTH(width=k.columns - 1),
        sdp.D_DATA_CUBE_HEIGHT(height=k.rows - 1),
        sdp.D_DATA_CUBE_CHANNEL(channel=k.channels - 1),
        sdp.D_DST_BASE_ADDR_LOW(),
        sdp.D_DST_BASE_ADDR_HIGH(),
        sdp.D_DST_LINE_STRIDE(dst_line_stride=k.target.line),
        sdp.D_DST_SURFACE_STRIDE(dst_surface_stride=k.target.surface),
        *_first(k.first),
        *_second(k.second),
        third(k.table),
        sdp.D_FEATURE_MODE_CFG(flying_mode=k.source is None),
        sdp.D_DST_DMA_CFG(dst_ram_type=MEMORY),
        sdp.D_DATA_FORMAT(),
        sdp.D_CVT_OFFSET(cvt_offset=k.offset),
        sdp.D_CVT_SCALE(cvt_scale=k.scale),
        sdp.D_CVT_SHIFT(cvt_shift=k.shift),
    ]


NOTHING = Side()


def _first(stage: StageKey | None) -> list[Register]:
    if stage is None:
        return [sdp.D_DP_BS_CFG(bs_bypass=1)]
    addend, factor = stage.addend or NOTHING, stage.factor or NOTHING
    return [
        sdp.D_DP_BS_CFG(
            bs_alu_bypass=stage.addend is None,
            bs_alu_algo=stage.algorithm,
            bs_mul_bypass=stage.factor is None,
            bs_mul_prelu=stage.prelu,
            bs_relu_bypass=not stage.relu,
        ),
        sdp.D_DP_BS_ALU_CFG(bs_alu_src=addend.read, bs_alu_shift_value=stage.addend_shift),
        sdp.D_DP_BS_ALU_SRC_VALUE(bs_alu_operand=addend.value),
        sdp.D_DP_BS_MUL_CFG(bs_mul_src=factor.read, bs_mul_shift_value=stage.factor_shift),
        sdp.D_DP_BS_MUL_SRC_VALUE(bs_mul_operand=factor.value),
    ]


def _second(stage: StageKey | None) -> list[Register]:
    if stage is None:
        return [sdp.D_DP_BN_CFG(bn_bypass=1)]
    addend, factor = stage.addend or NOTHING, stage.factor or NOTHING
    return [
        sdp.D_DP_BN_CFG(
            bn_alu_bypass=stage.addend is None,
            bn_alu_algo=stage.algorithm if stage.addend is not None else 0,
            bn_mul_bypass=stage.factor is None,
            bn_mul_prelu=stage.prelu,
            bn_relu_bypass=not stage.relu,
        ),
        sdp.D_DP_BN_ALU_CFG(bn_alu_src=addend.read, bn_alu_shift_value=stage.addend_shift),
        sdp.D_DP_BN_ALU_SRC_VALUE(bn_alu_operand=addend.value),
        sdp.D_DP_BN_MUL_CFG(bn_mul_src=factor.read, bn_mul_shift_value=stage.factor_shift),
        sdp.D_DP_BN_MUL_SRC_VALUE(bn_mul_operand=factor.value),
    ]
