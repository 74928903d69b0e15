# SPDX-License-Identifier: MIT
"""A convolution task: CNA, CORE and DPU, and the DPU's read DMA where it is started."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from npucore.hw.memory import Memory
from npucore_rocket.registers import core as core_registers
from npucore_rocket.registers import dpu as r
from npucore_rocket.registers import dpu_rdma
from npucore_rocket.registers import dpu_stages as s
from npucore_rocket.sim import cbuf, cna, cna_feature, core, halves
from npucore_rocket.sim import dpu_rdma as read
from npucore_rocket.sim.cna import Convolution
from npucore_rocket.sim.cna_feature import Atoms
from npucore_rocket.sim.cna_weights import WeightLoader
from npucore_rocket.sim.core import Core
from npucore_rocket.sim.dpu import Dpu, Output, check_surfaces, output
from npucore_rocket.sim.dpu_rdma import Coefficients
from npucore_rocket.sim.errors import SimulationError
from npucore_rocket.sim.pc import RegisterFile, Rule, agree
from npucore_rocket.sim.steps import Options, Shift, Step, Tap

MOST_SETUPS = 1 << 12

Int64s = npt.NDArray[np.int64]

RULES = (Rule(r.DPU_FEATURE_MODE_CFG, ("flying_mode",), "the start mask has CORE in it"),)
MODE = dpu_rdma.DPU_RDMA_RDMA_FEATURE_MODE_CFG
READ_RULES = (Rule(MODE, ("flying_mode",), "CORE is started"),)
NO_OPERAND = (
    Rule(dpu_rdma.DPU_RDMA_RDMA_FEATURE_MODE_CFG, ("mrdma_disable",), "EW is bypassed", (1,)),
    Rule(dpu_rdma.DPU_RDMA_RDMA_ERDMA_CFG, ("erdma_disable",), "EW is bypassed", (1,)),
)
NO_COEFFICIENTS = (Rule(dpu_rdma.DPU_RDMA_RDMA_BRDMA_CFG, ("brdma_data_use",), "BS is bypassed"),)


@dataclass(frozen=True, slots=True, eq=False)
class Setup:
    """A task's settings, decoded and checked; *fits* tells whether CBUF holds all weights."""

    conv: Convolution
    out: Output
    fits: bool
    padding: Atoms

    @classmethod
    def of(cls, file: RegisterFile, reads: bool) -> Setup:
        """Decode and check."""
        conv, out = cna.convolution(file), output(file)
        _check(conv, out, file, reads)
        return cls(conv, out, cbuf.check(conv, file), cna_feature.padding(conv, file))


@dataclass(frozen=True, slots=True, eq=False)
class Engines:
    """What a core keeps from task to task besides its registers."""

    weights: WeightLoader
    core: Core
    matrices: halves.Matrices = field(default_factory=dict)
    _setups: dict[tuple[bytes, bool], Setup] = field(default_factory=dict)

    def setup(self, file: RegisterFile, reads: bool) -> Setup:
        """Of the registers as they are; remembered where one task has written all of them."""
        if file.key is None:
            return Setup.of(file, reads)
        key = file.key, reads
        if key not in self._setups:
            if len(self._setups) >= MOST_SETUPS:
                self._setups.clear()
            self._setups[key] = Setup.of(file, reads)
        return self._setups[key]


def run(
    file: RegisterFile, memory: Memory, engines: Engines, options: Options, reads: bool
) -> None:
    """Convolve; *reads* tells whether DPU_RDMA was started, too."""
    setup = engines.setup(file, reads)
    if setup.conv.element_bytes > 1:
        halves.run(setup.conv, setup.out, file, memory, engines.matrices, setup.fits, reads)
        return
    conv, out, fits = setup.conv, setup.out, setup.fits
    given = read.coefficients(file, memory) if reads else Coefficients()
    atoms = cna_feature.fetch(conv, file, memory, options.rounding)
    weights = engines.weights.load(conv, file, memory, _ow(file, given, conv.kernels), fits)

    def operand() -> Atoms:
        if not reads:
            raise SimulationError("DPU EW_CFG.ew_bypass is 0, but DPU_RDMA is not started")
        return read.operand(file, memory, 1, flying=False)

    if conv.depthwise and not file[s.DPU_EW_CFG].ew_bypass:
        weights = replace(weights, channels=conv.channels)  # every pixel has a result of its own
    first = _first(file, options)
    dpu = Dpu(file, memory, out, first, given, operand, weights.bound, options)
    dpu.check_apart(atoms, cna_feature.PORT)
    seen = cna_feature.spread(conv, atoms, setup.padding)
    for block in engines.core.run(conv.apart(), seen, setup.padding, weights, dpu.dtype):
        dpu(block)
    if conv.depthwise and weights.channels < conv.channels:
        dpu.repeat(slice(weights.channels // conv.lanes, conv.surfaces))


def _first(file: RegisterFile, options: Options) -> list[Step]:
    """The shift at the accumulator's end: after the OW term, before the bias (proven)."""
    steps: list[Step] = []
    shift = file[core_registers.CORE_CLIP_TRUNCATE].clip_truncate
    if shift:
        steps.append(Shift(shift, options.rounding))
    if options.trace is not None:
        steps.append(Tap("core", options.trace))
    return steps


def _ow(file: RegisterFile, given: Coefficients, kernels: int) -> Int64s:
    """(1,) or (kernels,): what is added to every weight.

    The chip adds ``OW * sum(features)`` to the accumulator, which is the same number.
    """
    config = file[s.DPU_BS_OW_CFG]
    if config.od_bypass:
        return np.zeros(1, np.int64)
    ow = np.array([file[s.DPU_BS_OW_OP].ow_op])
    if config.ow_src:
        if given.ow is None:
            raise SimulationError(
                "DPU BS_OW_CFG.ow_src is 1, but DPU_RDMA RDMA_BRDMA_CFG.brdma_data_use brings no "
                "such stream"
            )
        ow = np.zeros(kernels, np.int64)
        ow[: given.ow.size] = given.ow[:kernels]
    if ow.any() and not file[core_registers.CORE_MISC_CFG].qd_en:
        raise SimulationError("CORE MISC_CFG.qd_en is 0, wanted 1 for DPU BS_OW_OP other than 0")
    return ow


def _check(conv: Convolution, out: Output, file: RegisterFile, reads: bool) -> None:
    """Whether all blocks are told the same."""
    core.check(conv, file)
    file.check(RULES)
    mode = cna.DEPTHWISE if conv.depthwise else 0
    agree(mode, file[r.DPU_FEATURE_MODE_CFG].conv_mode, "CNA", "DPU FEATURE_MODE_CFG.conv_mode")
    agree(conv.out_size[0], out.height, "CNA DATA_SIZE3", "DPU DATA_CUBE_HEIGHT + 1")
    agree(conv.out_size[1], out.width, "CNA DATA_SIZE2", "DPU DATA_CUBE_WIDTH + 1")
    channels = file[core_registers.CORE_DATAOUT_SIZE_1].dataout_channel
    cube_channels = file[r.DPU_DATA_CUBE_CHANNEL].channel
    agree(channels, cube_channels, "CORE DATAOUT_SIZE_1", "DPU DATA_CUBE_CHANNEL.channel")
    if out.channels > conv.kernels:
        raise SimulationError(
            f"DPU DATA_CUBE_CHANNEL.orig_channel is {out.channels - 1}, but CNA WEIGHT_SIZE2 and "
            f"DATA_SIZE1 make {conv.kernels} channels only"
        )
    if conv.element_bytes > 1:
        halves.check(out, file)
    elif out.dtype.kind == "f":
        raise SimulationError("DPU DATA_FORMAT.out_precision is fp16 behind integers")
    elif conv.depthwise and out.dtype != np.int8:
        raise SimulationError("DPU DATA_FORMAT.out_precision: depthwise makes int8 only, as seen")
    check_surfaces(file, file.chip.of(conv.element_bytes).group(conv.depthwise))
    if reads:
        file.check(_unused(file))
        _check_reads(mode, out.height, out.width, channels, file)


def _unused(file: RegisterFile) -> tuple[Rule, ...]:
    """What DPU_RDMA must not fetch, because no stage takes it: it is never seen, and may hang."""
    rules: tuple[Rule, ...] = ()
    config = file[s.DPU_EW_CFG]
    if config.ew_bypass or config.ew_op_bypass or not config.ew_op_src:
        rules += NO_OPERAND
    if file[s.DPU_BS_CFG].bs_bypass:
        rules += NO_COEFFICIENTS
    return rules


def _check_reads(mode: int, height: int, width: int, channels: int, file: RegisterFile) -> None:
    file.check(READ_RULES)
    window, feature_mode = read.cube(file), file[MODE]
    precision = file[r.DPU_DATA_FORMAT].in_precision
    for found in (feature_mode.in_precision, feature_mode.proc_precision):
        agree(precision, found, "DPU", "DPU_RDMA RDMA_FEATURE_MODE_CFG's precisions")
    agree(mode, feature_mode.conv_mode, "CNA", "DPU_RDMA RDMA_FEATURE_MODE_CFG.conv_mode")
    agree(height, window.height, "DPU DATA_CUBE_HEIGHT", "DPU_RDMA RDMA_DATA_CUBE_HEIGHT + 1")
    agree(width, window.width, "DPU DATA_CUBE_WIDTH", "DPU_RDMA RDMA_DATA_CUBE_WIDTH + 1")
    agree(channels + 1, window.channels, "CORE", "DPU_RDMA RDMA_DATA_CUBE_CHANNEL + 1")
