# SPDX-License-Identifier: MIT
"""The DPU in flying mode: maps from memory through its stages, without a convolution.

int8 add, subtract, multiply, maximum and minimum of two tensors are proven as they are (facts of
2026-11, 0.10, A8: two parties); a table's values are shown (A7); zero points and scales before and
behind are the vendor's and ran on a sibling. In fp16 the same five are proven; that they compute in
float32 and round once, to even, is a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from npucore.hw.memory import Memory
from npucore_rocket.registers import dpu as r
from npucore_rocket.registers import dpu_rdma
from npucore_rocket.registers import dpu_stages as s
from npucore_rocket.sim import dpu_rdma as read
from npucore_rocket.sim.block import Block, atom
from npucore_rocket.sim.cna_feature import Atoms
from npucore_rocket.sim.dpu import PORT, Dpu, output
from npucore_rocket.sim.dpu_lut import half_look_up
from npucore_rocket.sim.errors import SimulationError
from npucore_rocket.sim.pc import RegisterFile, Rule, agree
from npucore_rocket.sim.steps import Options

Halves = npt.NDArray[np.float16]

INT8, FP16 = 0, 2
INT8_LIMIT = 128.0
BLOCK_ELEMENTS = 64 * 1024
MODES = (
    Rule(r.DPU_FEATURE_MODE_CFG, ("flying_mode",), "the start mask leaves CORE out", (1,)),
    Rule(r.DPU_FEATURE_MODE_CFG, ("conv_mode",), "no convolution feeds the DPU"),
    Rule(dpu_rdma.DPU_RDMA_RDMA_FEATURE_MODE_CFG, ("flying_mode",), "CORE is not started", (1,)),
    Rule(dpu_rdma.DPU_RDMA_RDMA_FEATURE_MODE_CFG, ("conv_mode",), "no convolution"),
)
FP16_ALWAYS = (
    Rule(r.DPU_FEATURE_MODE_CFG, ("comb_use", "tp_en", "rgp_type", "nonalign"), "TRM only"),
    Rule(r.DPU_FEATURE_MODE_CFG, ("output_mode",), "2 is memory alone", (2,)),
    Rule(r.DPU_DATA_FORMAT, ("out_precision", "proc_precision"), "fp16 throughout", (FP16,)),
    Rule(s.DPU_BS_CFG, ("bs_bypass",), "float stages before EW", (1,)),
    Rule(s.DPU_BS_OW_CFG, ("od_bypass",), "no weights to correct for", (1,)),
    Rule(s.DPU_OUT_CVT_SCALE, ("fp32tofp16_en", "out_cvt_scale"), "as shown", (1,)),
    Rule(dpu_rdma.DPU_RDMA_RDMA_FEATURE_MODE_CFG, ("mrdma_fp16tofp32_en",), "as shown", (1,)),
)
FP16_RULES = (
    Rule(s.DPU_BN_CFG, ("bn_bypass",), "float stages before EW", (1,)),
    Rule(s.DPU_EW_CFG, ("ew_bypass", "ew_op_bypass"), "an operand is combined"),
    Rule(s.DPU_EW_CFG, ("ew_relu_bypass", "ew_op_src"), "as shown", (1,)),
    Rule(s.DPU_EW_CFG, ("ew_data_mode",), "per channel or per pixel", (0, 1)),
    Rule(s.DPU_EW_CFG, ("ew_binary_en", "ew_equal_en", "ew_mul_prelu"), "TRM only"),
    Rule(s.DPU_EW_CFG, ("edata_size",), "fp16 operands", (2,)),
    Rule(s.DPU_OUT_CVT_OFFSET, ("out_cvt_offset",), "as shown"),
    Rule(s.DPU_OUT_CVT_SHIFT, ("out_cvt_shift", "minus_exp", "cvt_type"), "as shown"),
)


PRECISIONS = (
    Rule(
        dpu_rdma.DPU_RDMA_RDMA_FEATURE_MODE_CFG,
        ("in_precision", "proc_precision", "mrdma_fp16tofp32_en"),
        "as DPU DATA_FORMAT has it, or results are wrong",
    ),
)
NO_OPERAND = (
    Rule(dpu_rdma.DPU_RDMA_RDMA_ERDMA_CFG, ("erdma_disable",), "EW takes no tensor", (1,)),
)
NO_COEFFICIENTS = (
    Rule(dpu_rdma.DPU_RDMA_RDMA_BRDMA_CFG, ("brdma_data_use",), "BS takes no coefficients"),
)


def run(file: RegisterFile, memory: Memory, options: Options) -> None:
    """Run the DPU on the map that MRDMA reads."""
    file.check(MODES)
    precision = file[r.DPU_DATA_FORMAT].in_precision
    if precision == FP16:
        _run_fp16(file, memory)
    elif precision == INT8:
        _run_int8(file, memory, options)
    else:
        raise SimulationError(
            f"DPU DATA_FORMAT.in_precision is {precision}, but only {INT8} (int8) and {FP16} "
            "(fp16) are simulated in flying mode"
        )


def _run_int8(file: RegisterFile, memory: Memory, options: Options) -> None:
    if not file[s.DPU_BS_OW_CFG].od_bypass:
        raise SimulationError("DPU BS_OW_CFG.od_bypass is 0 in flying mode: there are no weights")
    file.check(PRECISIONS)
    file.check(_unused(file))
    atoms = read.main_input(file, memory)
    out = output(file)
    if out.dtype != np.int8:
        raise SimulationError("DPU DATA_FORMAT.out_precision is not int8, but its input is")
    channel = file[r.DPU_DATA_CUBE_CHANNEL]
    agree(
        channel.channel, channel.orig_channel, "flying mode", "DPU DATA_CUBE_CHANNEL.orig_channel"
    )
    _check_cube(atoms, (-(-out.written // out.atom_bytes), out.height, out.width))
    given = read.coefficients(file, memory)
    fetched: list[Atoms] = []

    def operand() -> Atoms:
        fetched.append(read.operand(file, memory, 1, flying=True))
        return fetched[0]

    dpu = Dpu(file, memory, out, (), given, operand, INT8_LIMIT, options)
    dpu.check_apart(atoms, read.SRC)
    for each in fetched:
        dpu.check_apart(each, read.OPERAND)
    for block in _blocks(atoms, dpu.dtype):
        dpu(block)


def _unused(file: RegisterFile) -> tuple[Rule, ...]:
    """Refuse fetches that no stage takes: none was ever seen, and they may hang."""
    config = file[s.DPU_EW_CFG]
    alone = config.ew_bypass or config.ew_op_bypass or not config.ew_op_src
    rules = NO_OPERAND if alone else ()
    return rules + (NO_COEFFICIENTS if file[s.DPU_BS_CFG].bs_bypass else ())


def _blocks(atoms: Atoms, dtype: type[np.floating]) -> Iterator[Block]:
    surfaces, height, width = atoms.shape
    size = atoms.itemsize
    rows = max(1, BLOCK_ELEMENTS // (surfaces * width * size))
    for top in range(0, height, rows):
        part = slice(top, min(top + rows, height))
        lanes = np.ascontiguousarray(atoms[:, part]).view(np.int8)
        yield Block(lanes.astype(dtype), part, slice(0, surfaces), True, size)


def _operand(file: RegisterFile, memory: Memory, element_bytes: int) -> Callable[[], Atoms]:
    """Fetches a copy, because the result may be written over the operand."""
    return lambda: read.operand(file, memory, element_bytes, flying=True).copy()


def _check_cube(atoms: Atoms, wanted: tuple[int, int, int]) -> None:
    for name, size, found in zip(("CHANNEL", "HEIGHT", "WIDTH"), wanted, atoms.shape, strict=True):
        agree(size, found, "DPU DATA_CUBE", f"DPU_RDMA RDMA_DATA_CUBE_{name} (surfaces, sizes)")


_FUNCTIONS: dict[tuple[int, int], np.ufunc] = {
    (0, 0): np.maximum,
    (0, 1): np.minimum,
    (0, 2): np.add,
    (0, 4): np.subtract,
    (1, 0): np.multiply,
}


def _run_fp16_table(file: RegisterFile, memory: Memory) -> None:
    """One fp16 tensor of one surface of 8 channels through the table."""
    file.check((*FP16_ALWAYS, *NO_OPERAND))
    source = read.main_input(file, memory)
    with np.errstate(over="ignore", invalid="ignore"):
        found = half_look_up(file, _halves(source).astype(np.float32)).astype(np.float16)
    _store(file, memory, source, found)


def _run_fp16(file: RegisterFile, memory: Memory) -> None:
    """Two fp16 tensors of one surface of 8 channels each: as shown, and no more."""
    if not file[s.DPU_EW_CFG].ew_lut_bypass:
        _run_fp16_table(file, memory)
        return
    file.check((*FP16_ALWAYS, *FP16_RULES))
    config = file[s.DPU_EW_CFG]
    function = _FUNCTIONS.get((config.ew_op_type, config.ew_alu_algo))
    if function is None:
        raise SimulationError(
            f"DPU EW_CFG.ew_alu_algo is {config.ew_alu_algo} with ew_op_type {config.ew_op_type}: "
            "in fp16 only maximum, minimum, add, subtract and multiply are simulated"
        )
    mode = file[dpu_rdma.DPU_RDMA_RDMA_ERDMA_CFG].erdma_data_mode
    agree(config.ew_data_mode, mode, "DPU EW_CFG", "DPU_RDMA RDMA_ERDMA_CFG.erdma_data_mode")
    left = read.main_input(file, memory)
    right = _operand(file, memory, 2)()
    size = (
        file[r.DPU_DATA_CUBE_HEIGHT].height + 1,
        file[r.DPU_DATA_CUBE_WIDTH].width + 1,
    )
    _check_cube(left, (1, *size))
    with np.errstate(over="ignore", invalid="ignore"):
        first, second = (_halves(each).astype(np.float32) for each in (left, right))
        if mode == read.PER_CHANNEL:
            second = np.tile(second, size[1])
        wide = function(first, second)
        stored = wide.astype(np.float16)
    _store(file, memory, left, stored)


def _store(file: RegisterFile, memory: Memory, source: Atoms, stored: Halves) -> None:
    """One surface, as large as *source*."""
    size = file[r.DPU_DATA_CUBE_HEIGHT].height + 1, file[r.DPU_DATA_CUBE_WIDTH].width + 1
    _check_cube(source, (1, *size))
    address = file[r.DPU_DST_BASE_ADDR].dst_base_addr
    step, kind = source.itemsize, atom(source.itemsize)
    target = memory.cube(PORT, address, size, (size[1] * step, step), kind)
    target[...] = stored.view(kind)[0]


def _halves(atoms: Atoms) -> Halves:
    """(surfaces, height, width * 8)."""
    return np.ascontiguousarray(atoms).view(np.float16)
