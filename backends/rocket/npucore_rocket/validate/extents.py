# SPDX-License-Identifier: MIT
"""Every byte that a task reads or writes: in one buffer, aligned, and where it may.

Source: rocket hardware reference 4.2, 4.5 to 4.10, 6.2, 6.3, 6.5, 7.1. No source has a task that
writes over what it reads, in place or not: the readers run ahead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from npucore.hw.registers import Bits, Register
from npucore_rocket.registers.cna import CNA_FEATURE_DATA_ADDR, CNA_WEIGHT_SIZE0
from npucore_rocket.registers.cna_decompressor import CNA_DCOMP_ADDR0
from npucore_rocket.registers.dpu import DPU_DST_BASE_ADDR
from npucore_rocket.registers.dpu_rdma import (
    DPU_RDMA_RDMA_BS_BASE_ADDR,
    DPU_RDMA_RDMA_EW_BASE_ADDR,
    DPU_RDMA_RDMA_SRC_BASE_ADDR,
)
from npucore_rocket.registers.ppu import PPU_DST_BASE_ADDR
from npucore_rocket.registers.ppu_rdma import PPU_RDMA_RDMA_SRC_BASE_ADDR
from npucore_rocket.validate import flying, pooling
from npucore_rocket.validate.buffers import Buffer, Extent, trouble
from npucore_rocket.validate.error import StreamError
from npucore_rocket.validate.formulas import HEIGHT, READ_WIDTH, WIDTH
from npucore_rocket.validate.task import Task, up
from npucore_rocket.validate.words import place

CONCERN = "memory"
ALIGNMENT = 16  # of what is no map
BIAS_BYTES = 4
COEFFICIENT_BYTES = 8  # int32 bias, int16 OW operand, int16 multiplier


@dataclass(frozen=True, slots=True)
class Access:
    """Bytes that go through one address register, which counts in units of *unit* bytes."""

    register: type[Register]
    extent: Extent
    alignment: int = ALIGNMENT
    unit: int = 1

    @property
    def where(self) -> str:
        bits: Bits = next(iter(self.register.fields.values()))
        return place(self.register, bits)


def _cube(address: int, surfaces: int, step_bytes: int, surface_bytes: int) -> Extent:
    """*surfaces* pieces, *step_bytes* apart."""
    ends = (surfaces - 1) * step_bytes
    return Extent(address + min(ends, 0), address + max(ends, 0) + surface_bytes)


def reads(t: Task) -> Iterator[Access]:
    """All that is fetched, but for the words themselves."""
    if t.kind.pools:
        yield _pooled(t)
    elif t.kind.flies:
        yield from _flying(t)
    else:
        yield from _convolved(t)


def _pooled(t: Task) -> Access:
    source = t[PPU_RDMA_RDMA_SRC_BASE_ADDR.src_base_addr]
    step, size = t[pooling.SURFACE] * t.atom, pooling.read(t) * t.atom
    return Access(
        PPU_RDMA_RDMA_SRC_BASE_ADDR, _cube(source, pooling.surfaces(t), step, size), t.atom
    )


def _flying(t: Task) -> Iterator[Access]:
    """One surface, or two of the same size."""
    size = flying.pixels(t) * t.atom
    source = t[DPU_RDMA_RDMA_SRC_BASE_ADDR.src_base_addr]
    yield Access(DPU_RDMA_RDMA_SRC_BASE_ADDR, Extent(source, source + size), t.atom)
    if t.kind.family in (flying.TWO_MAPS, flying.TWO_HALVES):
        other = t[DPU_RDMA_RDMA_EW_BASE_ADDR.ew_base_addr]
        taken = t.atom if flying.for_all(t) else size
        yield Access(DPU_RDMA_RDMA_EW_BASE_ADDR, Extent(other, other + taken), t.atom)


def _convolved(t: Task) -> Iterator[Access]:
    source = t[CNA_FEATURE_DATA_ADDR.feature_base_addr]
    if t.kind.packed:
        lines = Extent(source, source + t[HEIGHT] * t[WIDTH])
    else:
        surface = t[HEIGHT] * t[READ_WIDTH] * t.atom
        lines = _cube(source, t.in_surfaces, t.in_stride * t.atom, surface)
    yield Access(CNA_FEATURE_DATA_ADDR, lines, t.atom)
    weights = t[CNA_DCOMP_ADDR0.decompress_addr0]
    yield Access(CNA_DCOMP_ADDR0, Extent(weights, weights + t[CNA_WEIGHT_SIZE0.weight_bytes]))
    if t.kind.reads:
        bias = t[DPU_RDMA_RDMA_BS_BASE_ADDR.bs_base_addr]
        size = COEFFICIENT_BYTES if t.kind.multiplies else BIAS_BYTES
        extent = Extent(bias, bias + t.written_channels * size)
        yield Access(DPU_RDMA_RDMA_BS_BASE_ADDR, extent)
    if t.kind.addend:
        yield from _addend(t)


def _addend(t: Task) -> Iterator[Access]:
    """One reader takes the even surfaces of the addend, the other the odd ones."""
    surfaces, step = t.written_channels // t.atom, 2 * t.out_stride * t.atom
    even = t[DPU_RDMA_RDMA_SRC_BASE_ADDR.src_base_addr]
    odd = t[DPU_RDMA_RDMA_EW_BASE_ADDR.ew_base_addr]
    size = t.out_pixels * t.atom
    yield Access(DPU_RDMA_RDMA_SRC_BASE_ADDR, _cube(even, up(surfaces, 2), step, size), t.atom)
    yield Access(DPU_RDMA_RDMA_EW_BASE_ADDR, _cube(odd, surfaces // 2, step, size), t.atom)


def written(t: Task) -> Access:
    """All channels that are written, the padded ones too."""
    if t.kind.pools:
        address = t[PPU_DST_BASE_ADDR.dst_base_addr] * pooling.ADDRESS_UNIT
        step, size = t[pooling.STRIDE] * t.atom, pooling.written(t) * t.atom
        cube = _cube(address, pooling.surfaces(t), step, size)
        return Access(PPU_DST_BASE_ADDR, cube, t.atom, pooling.ADDRESS_UNIT)
    address = t[DPU_DST_BASE_ADDR.dst_base_addr]
    if t.kind.flies:
        whole = Extent(address, address + flying.pixels(t) * t.atom)
        return Access(DPU_DST_BASE_ADDR, whole, t.atom)
    surfaces = up(t.written_channels, t.chip.lanes)
    extent = _cube(address, surfaces, t.out_stride * t.atom, t.out_pixels * t.atom)
    return Access(DPU_DST_BASE_ADDR, extent, t.atom)


def check(t: Task, commands: Extent, buffers: Sequence[Buffer]) -> None:
    """Raise `StreamError` for an access that must not be."""
    output, fetched = written(t), list(reads(t))
    for access in fetched:
        _check(access, t, buffers, writes=False)
    _check(output, t, buffers, writes=True)
    for what, extent in [("the task's words", commands), *((a.where, a.extent) for a in fetched)]:
        if output.extent.overlaps(extent):
            _refuse(output, t, f"what it writes overlaps what {what} takes")


def _check(access: Access, t: Task, buffers: Sequence[Buffer], writes: bool) -> None:
    address = _address(access, t)
    if address % access.alignment:
        _refuse(access, t, f"addresses are multiples of {access.alignment}")
    if reason := trouble(access.extent, buffers, writes):
        _refuse(access, t, reason)


def _address(access: Access, t: Task) -> int:
    return t[next(iter(access.register.fields.values()))] * access.unit


def _refuse(access: Access, t: Task, limit: str) -> None:
    raise StreamError(CONCERN, access.where, f"{_address(access, t):#x}", limit)
