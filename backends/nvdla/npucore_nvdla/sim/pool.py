# SPDX-License-Identifier: MIT
"""PDP and its reader: averages, maxima and minima of windows.

Source: hardware reference 2.5, 2.7; the maker's C model, PoolingStage1Calc: a sum is multiplied by
the reciprocal of the window's width and rounded, then by that of its height, halves away from 0.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from npucore.hw.memory import Memory, Port, SimulationError
from npucore.hw.registers import Register
from npucore_nvdla.chip import MOST_POOL, Chip
from npucore_nvdla.registers import pdp, pdp_rdma
from npucore_nvdla.sim.cube import Place, pixels
from npucore_nvdla.sim.rounding import Floats, saturate, shift_right
from npucore_nvdla.stream import Settings

SOURCE, RESULT = Port("PDP_RDMA", "D_SRC_BASE_ADDR_LOW"), Port("PDP", "D_DST_BASE_ADDR_LOW")
AVERAGE, MAX, MIN = 0, 1, 2  # POOLING_METHOD
RECIPROCAL_BITS = 16


class Window(NamedTuple):
    """Windows over a map. Pairs are (y, x)."""

    size: tuple[int, int]
    surfaces: int
    kernel: tuple[int, int]
    steps: tuple[int, int]
    before: tuple[int, int]
    behind: tuple[int, int]
    output: tuple[int, int]


def checked(s: Settings, chip: Chip) -> Window:
    """The layer, if both blocks are set to it and it is of a kind that is known."""
    _agree(s)
    kernel, pad = s(pdp.D_POOLING_KERNEL_CFG), s(pdp.D_POOLING_PADDING_CFG)
    columns = s(pdp.D_DATA_CUBE_IN_WIDTH).cube_in_width + 1
    out = s(pdp.D_DATA_CUBE_OUT_WIDTH).cube_out_width + 1
    found = Window(
        size=(s(pdp.D_DATA_CUBE_IN_HEIGHT).cube_in_height + 1, columns),
        surfaces=-(-(s(pdp.D_DATA_CUBE_IN_CHANNEL).cube_in_channel + 1) // chip.atom_bytes),
        kernel=(kernel.kernel_height + 1, kernel.kernel_width + 1),
        steps=(kernel.kernel_stride_height + 1, kernel.kernel_stride_width + 1),
        before=(pad.pad_top, pad.pad_left),
        behind=(pad.pad_bottom, pad.pad_right),
        output=(s(pdp.D_DATA_CUBE_OUT_HEIGHT).cube_out_height + 1, out),
    )
    _fits(found)
    method = s(pdp.D_OPERATION_MODE_CFG).pooling_method
    if method not in (AVERAGE, MAX, MIN):
        raise SimulationError(f"PDP: method {method} is not known")
    if method == AVERAGE and (any(found.before) or any(found.behind)):
        raise SimulationError("PDP: averages with a border are not known")
    return found


def source_place(s: Settings) -> Place:
    """The address of the map."""
    return Place(
        SOURCE,
        s(pdp_rdma.D_SRC_BASE_ADDR_LOW).word,
        s(pdp_rdma.D_SRC_LINE_STRIDE).word,
        s(pdp_rdma.D_SRC_SURFACE_STRIDE).word,
    )


def result_place(s: Settings) -> Place:
    """The address of the results."""
    return Place(
        RESULT,
        s(pdp.D_DST_BASE_ADDR_LOW).word,
        s(pdp.D_DST_LINE_STRIDE).word,
        s(pdp.D_DST_SURFACE_STRIDE).word,
    )


def pool(s: Settings, memory: Memory, chip: Chip) -> None:
    """One task."""
    over = checked(s, chip)
    source = pixels(memory, source_place(s), (*over.size, over.surfaces), chip.atom_bytes)
    map_ = source.reshape(*over.size, over.surfaces * chip.atom_bytes).astype(np.float64)
    found = _windows(s, map_, over)
    target = pixels(memory, result_place(s), (*over.output, over.surfaces), chip.atom_bytes)
    target[...] = found.astype(np.int8).reshape(target.shape)


def _agree(s: Settings) -> None:
    kernel, other = s(pdp.D_POOLING_KERNEL_CFG), s(pdp_rdma.D_POOLING_KERNEL_CFG)
    pairs: tuple[tuple[int, int], ...] = (
        (s(pdp.D_DATA_CUBE_IN_WIDTH).word, s(pdp_rdma.D_DATA_CUBE_IN_WIDTH).word),
        (s(pdp.D_DATA_CUBE_IN_HEIGHT).word, s(pdp_rdma.D_DATA_CUBE_IN_HEIGHT).word),
        (s(pdp.D_DATA_CUBE_IN_CHANNEL).word, s(pdp_rdma.D_DATA_CUBE_IN_CHANNEL).word),
        (s(pdp.D_DATA_CUBE_IN_CHANNEL).word, s(pdp.D_DATA_CUBE_OUT_CHANNEL).word),
        (kernel.kernel_width, other.kernel_width),
        (kernel.kernel_stride_width, other.kernel_stride_width),
        (s(pdp.D_POOLING_PADDING_CFG).pad_left, s(pdp_rdma.D_POOLING_PADDING_CFG).pad_width),
    )
    if any(one != another for one, another in pairs):
        raise SimulationError("PDP and PDP_RDMA are set to two layers")
    zero: tuple[type[Register], ...] = (
        pdp.D_DATA_FORMAT, pdp_rdma.D_DATA_FORMAT, pdp_rdma.D_OPERATION_MODE_CFG,
        pdp.D_DST_BASE_ADDR_HIGH, pdp_rdma.D_SRC_BASE_ADDR_HIGH,
    )  # fmt: skip
    mode = s(pdp.D_OPERATION_MODE_CFG)
    if any(s(kind).word for kind in zero) or mode.split_num:
        raise SimulationError("PDP: only whole int8 maps in 32 bits of address are known")
    if not (s(pdp_rdma.D_FLYING_MODE).flying_mode and mode.flying_mode):
        raise SimulationError("PDP: only maps that it reads itself are known")
    if not (s(pdp.D_DST_RAM_CFG).dst_ram_type and s(pdp_rdma.D_SRC_RAM_CFG).src_ram_type):
        raise SimulationError("PDP uses a second memory, which is not there")


def _fits(over: Window) -> None:
    """Windows fill the map and its border, and each has an element of the map in it."""
    if max(over.kernel) > MOST_POOL:
        raise SimulationError(f"PDP: a window of {over.kernel}, at most {MOST_POOL}")
    each = zip(
        over.size, over.kernel, over.steps, over.before, over.behind, over.output, strict=True
    )
    for n, k, step, first, last, outs in each:
        reach = (outs - 1) * step + k - first
        if max(first, last) >= k or not reach - step < n + last or reach > n + last:
            raise SimulationError(f"PDP: {outs} windows of {k} over {n} and {first} and {last}")


def _windows(s: Settings, map_: Floats, over: Window) -> Floats:
    method = s(pdp.D_OPERATION_MODE_CFG).pooling_method
    fill = {AVERAGE: 0.0, MAX: -np.inf, MIN: np.inf}[method]
    border = (*zip(over.before, over.behind, strict=True), (0, 0))
    padded = np.pad(map_, border, constant_values=fill)
    gather = {AVERAGE: np.add, MAX: np.maximum, MIN: np.minimum}[method]
    found = np.full((*over.output, map_.shape[2]), fill)
    for i, j in np.ndindex(*over.kernel):
        y, x = (
            slice(begin, begin + (outs - 1) * step + 1, step)
            for begin, outs, step in zip((i, j), over.output, over.steps, strict=True)
        )
        gather(found, padded[y, x], out=found)
    if method == AVERAGE:
        for factor in (
            s(pdp.D_RECIP_KERNEL_WIDTH).recip_kernel_width,
            s(pdp.D_RECIP_KERNEL_HEIGHT).recip_kernel_height,
        ):
            found *= factor
            shift_right(found, RECIPROCAL_BITS)
        saturate(found, 8)
    return found
