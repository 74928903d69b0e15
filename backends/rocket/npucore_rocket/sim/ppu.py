# SPDX-License-Identifier: MIT
"""The pooling unit, fed from memory: maximum and minimum; averages round in an unknown way.

Source: rocket.md section 7. Maximum is shown for fp16 and seen in the vendor's int8 streams,
padding ran on a sibling, minimum is paper.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from npucore.hw.memory import Memory, Port
from npucore_rocket.registers import ppu as r
from npucore_rocket.sim import ppu_rdma
from npucore_rocket.sim.block import atom
from npucore_rocket.sim.cna_feature import Atoms
from npucore_rocket.sim.errors import SimulationError
from npucore_rocket.sim.pc import RegisterFile, Rule, agree

Elements = npt.NDArray[np.generic]

PORT = Port("PPU", "DST_BASE_ADDR")
MAXIMUM, MINIMUM = 1, 2
ADDRESS_BYTES = 16  # the unit of DST_BASE_ADDR
DTYPES: dict[int, np.dtype[np.generic]] = {0: np.dtype("i1"), 2: np.dtype("<f2")}
RULES = (
    Rule(
        r.PPU_OPERATION_MODE_CFG,
        ("pooling_method",),
        "1 is maximum, 2 minimum; how averages round is not known",
        (MAXIMUM, MINIMUM),
    ),
    Rule(r.PPU_OPERATION_MODE_CFG, ("flying_mode",), "1 is input from memory", (1,)),
    Rule(r.PPU_OPERATION_MODE_CFG, ("index_en", "notch_addr", "use_cnt"), "TRM only"),
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
    pooled = None
    padded = _padded(file, atoms, dtype)
    _check_windows(padded.shape[1:3], (height, width), kernel, stride)
    maximum = file[r.PPU_OPERATION_MODE_CFG].pooling_method == MAXIMUM
    for y, x in np.ndindex(*kernel):
        part = padded[:, y :: stride[0], x :: stride[1]][:, :height, :width]
        if pooled is None:
            pooled = part.copy()
        else:
            (np.maximum if maximum else np.minimum)(pooled, part, out=pooled)
    assert pooled is not None  # a kernel has at least one element
    _write(file, memory, pooled)


def _padded(file: RegisterFile, atoms: Atoms, dtype: np.dtype[np.generic]) -> Elements:
    """(surfaces, height, width, lanes) with padding; its value's low bits are taken (paper)."""
    border = file[r.PPU_POOLING_PADDING_CFG]
    surfaces, height, width = atoms.shape
    top, left = border.pad_top, border.pad_left
    shape = (surfaces, top + height + border.pad_bottom, left + width + border.pad_right)
    value = file[r.PPU_PADDING_VALUE_1_CFG].pad_value_0
    element = np.array([value], "<u4").view(dtype)[:1]
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


def _write(file: RegisterFile, memory: Memory, pooled: Elements) -> None:
    surfaces, height, width = pooled.shape[:3]
    size, kind = file.chip.atom_bytes, atom(file.chip.atom_bytes)
    address = file[r.PPU_DST_BASE_ADDR].dst_base_addr * ADDRESS_BYTES
    pitch = file[r.PPU_DST_SURF_STRIDE].dst_surf_stride * size
    strides = (pitch, width * size, size)
    target = memory.cube(PORT, address, (surfaces, height, width), strides, kind)
    target[...] = np.ascontiguousarray(pooled).view(kind)[..., 0]
