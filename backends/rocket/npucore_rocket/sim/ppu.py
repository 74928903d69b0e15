# SPDX-License-Identifier: MIT
"""The pooling unit, fed from memory: maximum, minimum and, in int8, average.

Source: facts of 2026-11, A6 (proven for int8 on the RK3588, all three exact); rocket.md section 7.
That tasks wider than `widest` allows hang is one party's, deterministic; why is not known.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import numpy.typing as npt

from npucore.hw.memory import Memory, Port
from npucore_rocket.registers import ppu as r
from npucore_rocket.sim import ppu_rdma
from npucore_rocket.sim.block import atom, overlap
from npucore_rocket.sim.cna_feature import Atoms
from npucore_rocket.sim.errors import SimulationError
from npucore_rocket.sim.pc import RegisterFile, Rule, agree

Elements = npt.NDArray[np.generic]
Int8s = npt.NDArray[np.int8]

PORT = Port("PPU", "DST_BASE_ADDR")
AVERAGE, MAXIMUM, MINIMUM = 0, 1, 2
REDUCE = {MAXIMUM: np.maximum, MINIMUM: np.minimum}
ONE = 1 << 16  # of the reciprocals
SIGNED_19 = (1 << 19) - 1  # what an int8 padding's sign reaches to
INT8 = 0
ADDRESS_BYTES = 16  # the unit of DST_BASE_ADDR
DTYPES: dict[int, np.dtype[np.generic]] = {0: np.dtype("i1"), 2: np.dtype("<f2")}
RULES = (
    Rule(
        r.PPU_OPERATION_MODE_CFG,
        ("pooling_method",),
        "0 is average, 1 maximum, 2 minimum",
        (AVERAGE, MAXIMUM, MINIMUM),
    ),
    Rule(r.PPU_OPERATION_MODE_CFG, ("flying_mode",), "1 is input from memory", (1,)),
    Rule(r.PPU_OPERATION_MODE_CFG, ("index_en", "use_cnt"), "TRM only"),
    Rule(r.PPU_DATA_FORMAT, ("dpu_flyin",), "input from the DPU"),
    Rule(r.PPU_DATA_FORMAT, ("proc_precision",), "0 is int8, 2 is fp16", tuple(DTYPES)),
    Rule(r.PPU_MISC_CTRL, ("nonalign", "mc_surf_out", "surf_len"), "TRM only"),
)


def run(file: RegisterFile, memory: Memory) -> None:
    """Pool the whole map."""
    file.check(RULES)
    dtype = DTYPES[file[r.PPU_DATA_FORMAT].proc_precision]
    atoms = ppu_rdma.fetch(file, memory, dtype.itemsize)
    _check_input(file, atoms, dtype)
    height = file[r.PPU_DATA_CUBE_OUT_HEIGHT].cube_out_height + 1
    width = file[r.PPU_DATA_CUBE_OUT_WIDTH].cube_out_width + 1
    window = file[r.PPU_POOLING_KERNEL_CFG]
    kernel = (window.kernel_height + 1, window.kernel_width + 1)
    stride = (window.kernel_stride_height + 1, window.kernel_stride_width + 1)
    if atoms.shape[2] > widest(kernel, stride):
        raise SimulationError(
            f"PPU DATA_CUBE_IN_WIDTH is {atoms.shape[2] - 1}: tasks with such windows hang from a "
            f"width of {widest(kernel, stride) + 1} on"
        )
    padded = _padded(file, atoms, dtype)
    _check_windows(padded.shape[1:3], (height, width), kernel, stride)
    parts = [
        padded[:, y :: stride[0], x :: stride[1]][:, :height, :width]
        for y, x in np.ndindex(*kernel)
    ]
    method = file[r.PPU_OPERATION_MODE_CFG].pooling_method
    if method == AVERAGE:
        pooled: Elements = _averages(file, parts, kernel)
    else:
        pooled = parts[0].copy()
        for part in parts[1:]:
            REDUCE[method](pooled, part, out=pooled)
    _write(file, memory, pooled, atoms)


def widest(kernel: tuple[int, int], stride: tuple[int, int]) -> int:
    """Columns of the input of a task that ends.

    Source: facts of 2026-11, A6 (shown; the vendor's widest has 129).

    >>> [widest((taps, taps), (1, 1)) for taps in (2, 3, 5)], widest((3, 3), (2, 2))
    ([129, 34, 20], 129)
    """
    largest = max(kernel)
    overlapping = any(taps > step for taps, step in zip(kernel, stride, strict=True))
    if largest > 4 and overlapping:
        return 20
    return 34 if largest > 2 and overlapping and stride[0] == 1 else 129


def _averages(file: RegisterFile, parts: list[Elements], kernel: tuple[int, int]) -> Int8s:
    """Sums over windows, padding included, by their area.

    Halves go away from 0; but where the area is even, a remainder of exactly a half goes towards 0
    always if a reciprocal is inexact, else if the quotient would be odd. Source: facts of 2026-11,
    A6 (proven on the RK3588, exact on all outputs).
    """
    if file[r.PPU_DATA_FORMAT].proc_precision != INT8:
        raise SimulationError("PPU OPERATION_MODE_CFG.pooling_method is 0: averages in int8 only")
    for axis, register, taps in zip(
        ("height", "width"),
        (r.PPU_RECIP_KERNEL_HEIGHT, r.PPU_RECIP_KERNEL_WIDTH),
        kernel,
        strict=True,
    ):
        found = file[register].word
        if found not in (ONE // taps, round(ONE / taps)):
            raise SimulationError(
                f"PPU RECIP_KERNEL_{axis.upper()} is {found}, wanted {round(ONE / taps)}"
            )
    area = kernel[0] * kernel[1]
    sums = np.zeros(parts[0].shape, np.int64)
    for part in parts:
        sums += part.astype(np.int64)
    quotients = (np.abs(sums) + area // 2) // area
    halves = (np.abs(sums) + area // 2) % area == 0
    if area % 2 == 0:
        exact = all(ONE % taps == 0 for taps in kernel)
        quotients -= halves & (quotients % 2 == 1) if exact else halves
    averages: Int8s = (np.sign(sums) * quotients).astype(np.int8)
    return averages


def _padded(file: RegisterFile, atoms: Atoms, dtype: np.dtype[np.generic]) -> Elements:
    """(surfaces, height, width, lanes) with padding; in int8 its sign fills 19 bits (proven)."""
    border = file[r.PPU_POOLING_PADDING_CFG]
    surfaces, height, width = atoms.shape
    top, left = border.pad_top, border.pad_left
    shape = (surfaces, top + height + border.pad_bottom, left + width + border.pad_right)
    value = file[r.PPU_PADDING_VALUE_1_CFG].pad_value_0
    element = np.array([value], "<u4").view(dtype)[:1]
    if border.word and dtype == np.int8 and int(element[0]) & SIGNED_19 != value:
        raise SimulationError(
            f"PPU PADDING_VALUE_1_CFG.pad_value_0 is {value:#x}, wanted a byte whose sign fills 19 "
            "bits"
        )
    padded = np.full((*shape, atoms.itemsize // dtype.itemsize), element, dtype)
    inside = np.ascontiguousarray(atoms).view(dtype).reshape(surfaces, height, width, -1)
    padded[:, top : top + height, left : left + width] = inside
    return padded


def _check_input(file: RegisterFile, atoms: Atoms, dtype: np.dtype[np.generic]) -> None:
    channels = file[r.PPU_DATA_CUBE_IN_CHANNEL].cube_in_channel
    out_channels = file[r.PPU_DATA_CUBE_OUT_CHANNEL].cube_out_channel
    agree(channels, out_channels, "PPU DATA_CUBE_IN_CHANNEL", "PPU DATA_CUBE_OUT_CHANNEL")
    surfaces = -(-(channels + 1) * dtype.itemsize // atoms.itemsize)
    height = file[r.PPU_DATA_CUBE_IN_HEIGHT].cube_in_height + 1
    width = file[r.PPU_DATA_CUBE_IN_WIDTH].cube_in_width + 1
    for name, wanted, found in zip(
        ("CHANNEL's surfaces", "HEIGHT", "WIDTH"),
        (surfaces, height, width),
        atoms.shape,
        strict=True,
    ):
        agree(wanted, found, "PPU DATA_CUBE_IN", f"PPU_RDMA RDMA_CUBE_IN_{name}")


def _check_windows(
    padded: tuple[int, ...],
    out: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
) -> None:
    """Windows beyond the padded map hang, rows or columns that no window meets make another output.

    Source: facts of 2026-11, A6 (a sibling).
    """
    names = ("HEIGHT", "WIDTH")
    for name, size, count, taps, step in zip(names, padded, out, kernel, stride, strict=True):
        needed = (count - 1) * step + taps
        if needed != size:
            raise SimulationError(
                f"PPU DATA_CUBE_OUT_{name} is {count - 1}, whose windows cover {needed} of the "
                f"padded map's {size}: wanted all, and no more"
            )


def _write(file: RegisterFile, memory: Memory, pooled: Elements, atoms: Atoms) -> None:
    """Lines *notch_addr* atoms apart, as a tile of columns has them (shown: the vendor's tiles)."""
    surfaces, height, width = pooled.shape[:3]
    size, kind = file.chip.atom_bytes, atom(file.chip.atom_bytes)
    address = file[r.PPU_DST_BASE_ADDR].dst_base_addr * ADDRESS_BYTES
    pitch = file[r.PPU_DST_SURF_STRIDE].dst_surf_stride * size
    line = (width + file[r.PPU_OPERATION_MODE_CFG].notch_addr) * size
    target = memory.cube(PORT, address, (surfaces, height, width), (pitch, line, size), kind)
    if overlap(atoms, cast(Atoms, target)):
        raise SimulationError(f"{PORT}: the task writes over what {ppu_rdma.PORT} reads")
    target[...] = np.ascontiguousarray(pooled).view(kind)[..., 0]
