# SPDX-License-Identifier: MIT
"""The DPU's read DMA: per-channel coefficients, the main input in flying mode, the operand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from npucore.hw.memory import Memory, Port
from npucore_rocket.registers import dpu_rdma as r
from npucore_rocket.sim.block import atom
from npucore_rocket.sim.cna_feature import Atoms
from npucore_rocket.sim.errors import SimulationError
from npucore_rocket.sim.pc import RegisterFile, Rule, agree

Int64s = npt.NDArray[np.int64]

RULES = (
    Rule(r.DPU_RDMA_RDMA_SRC_DMA_CFG, ("unpooling_en", "line_notch_addr"), "TRM only"),
    Rule(r.DPU_RDMA_RDMA_DATA_CUBE_HEIGHT, ("ew_line_notch_addr",), "TRM only"),
    Rule(r.DPU_RDMA_RDMA_NRDMA_CFG, ("nrdma_data_use",), "no source has the stream's layout"),
)
OPERAND_RULES = (
    Rule(r.DPU_RDMA_RDMA_ERDMA_CFG, ("erdma_surf_mode", "erdma_nonalign"), "TRM only"),
    Rule(r.DPU_RDMA_RDMA_ERDMA_CFG, ("erdma_data_mode",), "per channel 0, per pixel 1", (0, 1)),
)
PER_CHANNEL = 0
BIAS_ONLY = 1
BIAS_OW_MULTIPLIER = 7
SHARED_OPERAND = 5  # comb_use: MRDMA fetches the even surfaces of the operand, ERDMA the odd ones
FLYING_COMB_USES = (0, 4)  # facts of 2026-11, A8 (proven on the RK3588)
SRC = Port("DPU_RDMA", "RDMA_SRC_BASE_ADDR")
OPERAND = Port("DPU_RDMA", "RDMA_EW_BASE_ADDR")
COEFFICIENTS = Port("DPU_RDMA", "RDMA_BS_BASE_ADDR")

STREAM = (("bias", "<i4"), ("ow", "<i2"), ("multiplier", "<i2"))
"""One kind of value in a coefficient stream, for a group of channels."""


@dataclass(frozen=True, slots=True, eq=False)
class Coefficients:
    """What BRDMA brings for each channel; None for what it does not bring."""

    bias: Int64s | None = None
    ow: Int64s | None = None
    multiplier: Int64s | None = None


@dataclass(frozen=True, slots=True)
class Cube:
    """The task's window in the read DMA's registers."""

    height: int
    width: int
    channels: int
    atom_bytes: int

    @property
    def surfaces(self) -> int:
        return -(-self.channels // self.atom_bytes)


def cube(file: RegisterFile) -> Cube:
    """Decode and check."""
    file.check(RULES)
    return Cube(
        file[r.DPU_RDMA_RDMA_DATA_CUBE_HEIGHT].height + 1,
        file[r.DPU_RDMA_RDMA_DATA_CUBE_WIDTH].width + 1,
        file[r.DPU_RDMA_RDMA_DATA_CUBE_CHANNEL].channel + 1,
        file.chip.atom_bytes,
    )


def coefficients(file: RegisterFile, memory: Memory) -> Coefficients:
    """Per-channel streams of the BS stage, for all channels of the cube, padding included.

    Bias alone: int32 each. Bias, OW operand and multiplier: per 8 channels 8 int32, 8 int16, 8
    int16, all with a sign; or as many as the chip has side by side. Source: facts of 2026-11,
    0.1, 0.2 (proven on the RK3588).
    """
    use = file[r.DPU_RDMA_RDMA_BRDMA_CFG].brdma_data_use
    if use == 0:
        return Coefficients()
    channels = cube(file).channels
    address = file[r.DPU_RDMA_RDMA_BS_BASE_ADDR].bs_base_addr
    if address % 16:
        raise SimulationError(f"{COEFFICIENTS} is {address:#x}, wanted a multiple of 16")
    if use == BIAS_ONLY:
        window = memory.window(COEFFICIENTS, address, 4 * channels)
        return Coefficients(np.frombuffer(window.tobytes(), "<i4").astype(np.int64))
    if use != BIAS_OW_MULTIPLIER:
        raise SimulationError(
            f"DPU_RDMA RDMA_BRDMA_CFG.brdma_data_use is {use}, but only 0, {BIAS_ONLY} and "
            f"{BIAS_OW_MULTIPLIER} have a known layout"
        )
    each = file.chip.coefficient_channels
    group = np.dtype([(name, kind, each) for name, kind in STREAM])
    window = memory.window(COEFFICIENTS, address, group.itemsize * -(-channels // each))
    groups = np.frombuffer(window.tobytes(), group)
    return Coefficients(
        groups["bias"].reshape(-1).astype(np.int64),
        groups["ow"].reshape(-1).astype(np.int64),
        groups["multiplier"].reshape(-1).astype(np.int64),
    )


def main_input(file: RegisterFile, memory: Memory) -> Atoms:
    """(surfaces, height, width): what MRDMA feeds to the DPU in flying mode."""
    if file[r.DPU_RDMA_RDMA_FEATURE_MODE_CFG].mrdma_disable:
        raise SimulationError(
            "DPU_RDMA RDMA_FEATURE_MODE_CFG.mrdma_disable is 1 in flying mode: the DPU would wait"
        )
    window = cube(file)
    address = file[r.DPU_RDMA_RDMA_SRC_BASE_ADDR].src_base_addr
    pitch = _pitch(window, file[r.DPU_RDMA_RDMA_SURF_NOTCH].surf_notch_addr)
    return _fetch(memory, SRC, address, window.surfaces, window, pitch)


def operand(file: RegisterFile, memory: Memory, element_bytes: int, flying: bool) -> Atoms:
    """(surfaces, height, width): the tensor of the element-wise stage.

    Fused into a convolution it comes by both engines in turn (proven: Mesa); in flying mode by
    ERDMA alone (proven for one surface; more are the vendor's).
    """
    file.check(OPERAND_RULES)
    config = file[r.DPU_RDMA_RDMA_ERDMA_CFG]
    if config.erdma_disable:
        raise SimulationError("DPU_RDMA RDMA_ERDMA_CFG.erdma_disable is 1, but EW_CFG needs it")
    size = config.erdma_data_size  # 1 is 8 bit, 2 is 16 bit
    agree(element_bytes, size, "the data's type", "DPU_RDMA RDMA_ERDMA_CFG.erdma_data_size")
    window = cube(file)
    address = file[r.DPU_RDMA_RDMA_EW_BASE_ADDR].ew_base_addr
    if config.erdma_data_mode == PER_CHANNEL:
        return _for_all(file, memory, window, address, element_bytes, flying)
    pitch = _pitch(window, file[r.DPU_RDMA_RDMA_EW_SURF_NOTCH].ew_surf_notch)
    mode = file[r.DPU_RDMA_RDMA_FEATURE_MODE_CFG]
    if flying:
        if mode.comb_use not in FLYING_COMB_USES:
            raise SimulationError(
                f"DPU_RDMA RDMA_FEATURE_MODE_CFG.comb_use is {mode.comb_use} in flying mode, where "
                "0 and 4 end; with 1 and 5 no task has ended"
            )
        stride = file[r.DPU_RDMA_RDMA_EW_SURF_STRIDE].ew_surf_stride * window.atom_bytes
        if window.surfaces > 1:
            agree(pitch, stride, "RDMA_EW_SURF_NOTCH", "DPU_RDMA RDMA_EW_SURF_STRIDE in bytes")
        return _fetch(memory, OPERAND, address, window.surfaces, window, pitch)
    if mode.comb_use != SHARED_OPERAND or mode.mrdma_disable:
        raise SimulationError(
            f"DPU_RDMA RDMA_FEATURE_MODE_CFG.comb_use is {mode.comb_use} and mrdma_disable "
            f"{mode.mrdma_disable}, wanted {SHARED_OPERAND} and 0: ERDMA alone hangs"
        )
    even = file[r.DPU_RDMA_RDMA_SRC_BASE_ADDR].src_base_addr
    even_pitch = _pitch(window, file[r.DPU_RDMA_RDMA_SURF_NOTCH].surf_notch_addr)
    atoms = np.empty((window.surfaces, window.height, window.width), atom(window.atom_bytes))
    atoms[::2] = _fetch(memory, SRC, even, (window.surfaces + 1) // 2, window, even_pitch)
    if window.surfaces > 1:
        atoms[1::2] = _fetch(memory, OPERAND, address, window.surfaces // 2, window, pitch)
    return atoms


def _for_all(
    file: RegisterFile,
    memory: Memory,
    window: Cube,
    address: int,
    element_bytes: int,
    flying: bool,
) -> Atoms:
    """(1, 1, 1): one atom of fp16, which every pixel of a surface meets.

    Source: facts of 2026-11, A8 (one party's RK3588, in fp16).
    """
    stride = file[r.DPU_RDMA_RDMA_EW_SURF_STRIDE].ew_surf_stride
    if element_bytes == 1 or not flying or window.surfaces > 1 or stride != 1:
        raise SimulationError(
            "DPU_RDMA RDMA_ERDMA_CFG.erdma_data_mode is 0, which is known of one surface of fp16 "
            f"from memory, with RDMA_EW_SURF_STRIDE 1 (found {stride})"
        )
    return _fetch(memory, OPERAND, address, 1, Cube(1, 1, window.channels, window.atom_bytes), 0)


def _pitch(window: Cube, notch: int) -> int:
    """Bytes between the starts of two surfaces that one engine reads."""
    return window.atom_bytes * (window.height * window.width + notch)


def _fetch(
    memory: Memory, port: Port, address: int, surfaces: int, window: Cube, pitch: int
) -> Atoms:
    """Tight lines, surfaces *pitch* bytes apart."""
    if address % window.atom_bytes:
        wanted = f"wanted a multiple of {window.atom_bytes}"
        raise SimulationError(f"{port} is {address:#x}, {wanted}")
    shape = (surfaces, window.height, window.width)
    size = window.atom_bytes
    strides = (pitch, window.width * size, size)
    return cast(Atoms, memory.cube(port, address, shape, strides, atom(size)))
