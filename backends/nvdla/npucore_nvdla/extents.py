# SPDX-License-Identifier: MIT
"""The bytes that a task reaches from each of its addresses; tasks of unknown form are refused."""

from __future__ import annotations

from collections.abc import Set
from typing import NamedTuple

from npucore.hw.memory import Memory, SimulationError
from npucore.hw.registers import Register
from npucore_nvdla.chip import Chip
from npucore_nvdla.registers import (
    REGISTERS,
    RESET,
    block_of,
    cacc,
    cdma,
    csc,
    pdp,
    pdp_rdma,
    sdp,
    sdp_rdma,
)
from npucore_nvdla.sim import convolve, pool
from npucore_nvdla.sim.points import USE_ALU, Points, Stage, bn, bs
from npucore_nvdla.stream import CONVOLUTION, POINTS, POOL, AskedSettings, Settings, Words, enabled


class Extent(NamedTuple):
    """Bytes from an address on, and whether they are written."""

    size_bytes: int
    written: bool = False


Extents = dict[type[Register], Extent]


def extents(words: Words, chip: Chip, others: Set[int] = frozenset()) -> Extents:
    """By the register of each address. Raises `SimulationError` for what is no task.

    *others* are the offsets of registers that other tasks write: one that this task depends on and
    does not write would be as they have left it.
    """
    written = dict(words.tolist())
    s = AskedSettings({**RESET, **written})
    found = _reach(s, enabled(words), chip)
    if left := s.asked.difference(written) & others:
        name = REGISTERS[min(left)].__name__
        raise SimulationError(f"{block_of(min(left))} {name} is as another task has left it")
    return found


def _reach(s: Settings, names: tuple[str, ...], chip: Chip) -> Extents:
    if names == CONVOLUTION:
        return _convolution(s, chip)
    if names == POINTS:
        return _points(s, chip)
    if names == POOL:
        return _pool(s, chip)
    raise SimulationError(f"a task of the blocks {', '.join(names) or 'none'}")


def _cube(what: str, shape: tuple[int, int, int], line: int, surface: int, atom: int) -> int:
    """Of (rows, columns, surfaces) of atoms, which must not lie over one another."""
    rows, columns, surfaces = shape
    if rows > 1 and line < columns * atom:
        raise SimulationError(f"{what}: rows of {columns * atom} bytes, {line} apart")
    if surfaces > 1 and surface < (rows - 1) * line + columns * atom:
        raise SimulationError(f"{what}: surfaces that lie over one another, {surface} apart")
    if line % atom or surface % atom:
        raise SimulationError(f"{what}: strides of {line} and {surface}, no whole atoms")
    return (surfaces - 1) * surface + (rows - 1) * line + columns * atom


def _convolution(s: Settings, chip: Chip) -> Extents:
    over, atom = convolve.checked(s, chip), chip.atom_bytes
    if not s(sdp.D_FEATURE_MODE_CFG).flying_mode:
        raise SimulationError("sums that SDP does not take")
    reach = [(k - 1) * d + 1 for k, d in zip(over.size, over.dilation, strict=True)]
    if over.top_left[0] >= reach[0] or over.top_left[1] >= reach[1]:
        raise SimulationError(f"padding of {over.top_left} before kernels that reach {reach}")
    shape = (over.rows, over.columns, -(-over.channels // atom))
    line, surface = s(cdma.D_LINE_STRIDE).word, s(cdma.D_SURF_STRIDE).word
    found: Extents = {
        cdma.D_DAIN_ADDR_LOW_0: Extent(_cube("CDMA", shape, line, surface, atom)),
        cdma.D_WEIGHT_ADDR_LOW: Extent(s(csc.D_WEIGHT_BYTES).word),
    }
    behind = _behind(s, chip)
    size = behind[sdp.D_DST_BASE_ADDR_LOW]
    strides = (
        (cacc.D_LINE_STRIDE, sdp.D_DST_LINE_STRIDE),
        (cacc.D_SURF_STRIDE, sdp.D_DST_SURFACE_STRIDE),
    )
    if any(s(one).word != s(other).word for one, other in strides):
        raise SimulationError("CACC and SDP differ in strides")
    points = Points(s, Memory(), chip)
    if (points.rows, points.columns) != over.output:
        raise SimulationError(f"SDP: a map of {points.rows} x {points.columns}, not {over.output}")
    if s(sdp.D_DATA_CUBE_CHANNEL).channel + 1 != over.kernels:
        raise SimulationError("SDP and CSC differ in kernels")
    return {**found, cacc.D_DATAOUT_ADDR: size, **behind}


def _points(s: Settings, chip: Chip) -> Extents:
    if s(sdp.D_FEATURE_MODE_CFG).flying_mode:
        raise SimulationError("SDP waits for sums")
    if not s(sdp_rdma.D_SRC_DMA_CFG).src_ram_type or s(sdp_rdma.D_SRC_BASE_ADDR_HIGH).word:
        raise SimulationError("SDP_RDMA reads from a second memory, which is not there")
    points = Points(s, Memory(), chip)
    shape = (points.rows, points.columns, points.surfaces)
    line, surface = s(sdp_rdma.D_SRC_LINE_STRIDE).word, s(sdp_rdma.D_SRC_SURFACE_STRIDE).word
    size = _cube("SDP_RDMA", shape, line, surface, chip.atom_bytes)
    return {sdp_rdma.D_SRC_BASE_ADDR_LOW: Extent(size), **_behind(s, chip)}


def _behind(s: Settings, chip: Chip) -> Extents:
    """Of the result, and of what stages read."""
    points, atom = Points(s, Memory(), chip), chip.atom_bytes
    shape = (points.rows, points.columns, points.surfaces)
    line, surface = s(sdp.D_DST_LINE_STRIDE).word, s(sdp.D_DST_SURFACE_STRIDE).word
    size = _cube("SDP", shape, line, surface, atom)
    found: Extents = {sdp.D_DST_BASE_ADDR_LOW: Extent(size, True)}
    for kind, high, stage, first in (
        (sdp_rdma.D_BS_BASE_ADDR_LOW, sdp_rdma.D_BS_BASE_ADDR_HIGH, bs(s), True),
        (sdp_rdma.D_BN_BASE_ADDR_LOW, sdp_rdma.D_BN_BASE_ADDR_HIGH, bn(s), False),
    ):
        wanted = _wanted(stage)
        disabled, use, two, per_element, ram = _read(s, first)
        if bool(disabled) is bool(wanted) or (wanted and not ram):
            raise SimulationError(f"{stage.name}: operands that are read and not used, or not read")
        if not wanted:
            continue
        line, surface = _strides(s, first)
        if s(high).word:
            raise SimulationError(f"{stage.name}: operands beyond 32 bits of address")
        if wanted != ("alu" if use == USE_ALU else "mul") or use > USE_ALU:
            raise SimulationError(f"{stage.name}: another operand than the one that is read")
        size = atom << two
        if per_element:
            what = f"operands of {stage.name}"
            found[kind] = Extent(_cube(what, shape, line, surface, size))
        else:
            found[kind] = Extent(points.surfaces * size)
    return found


def _read(s: Settings, first: bool) -> tuple[int, int, int, int, int]:
    """Of the reader of a stage: disabled, use, size, mode, memory."""
    if first:
        b = s(sdp_rdma.D_BRDMA_CFG)
        return (b.brdma_disable, b.brdma_data_use, b.brdma_data_size, b.brdma_data_mode,
                b.brdma_ram_type)  # fmt: skip
    n = s(sdp_rdma.D_NRDMA_CFG)
    return (n.nrdma_disable, n.nrdma_data_use, n.nrdma_data_size, n.nrdma_data_mode,
            n.nrdma_ram_type)  # fmt: skip


def _strides(s: Settings, first: bool) -> tuple[int, int]:
    """Of the operand of a stage, from row to row and from surface to surface."""
    if first:
        return s(sdp_rdma.D_BS_LINE_STRIDE).word, s(sdp_rdma.D_BS_SURFACE_STRIDE).word
    return s(sdp_rdma.D_BN_LINE_STRIDE).word, s(sdp_rdma.D_BN_SURFACE_STRIDE).word


def _wanted(stage: Stage) -> str:
    """The operand that a stage takes from memory; empty if none."""
    if stage.bypass:
        return ""
    alu = stage.alu_from_memory and not stage.alu_bypass
    mul = stage.mul_from_memory and not stage.mul_bypass
    if alu and mul:
        raise SimulationError(f"{stage.name}: pairs of operands are not known")
    if not stage.alu_bypass and stage.algorithm > 2:
        raise SimulationError(f"{stage.name}: algorithm {stage.algorithm} is not known")
    return "alu" if alu else "mul" if mul else ""


def _pool(s: Settings, chip: Chip) -> Extents:
    over, atom = pool.checked(s, chip), chip.atom_bytes
    source, result = pool.source_place(s), pool.result_place(s)
    sizes = [
        _cube(
            str(place.port), (*shape, over.surfaces), place.line_stride, place.surface_stride, atom
        )
        for place, shape in ((source, over.size), (result, over.output))
    ]
    return {
        pdp_rdma.D_SRC_BASE_ADDR_LOW: Extent(sizes[0]),
        pdp.D_DST_BASE_ADDR_LOW: Extent(sizes[1], True),
    }
