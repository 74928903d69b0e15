# SPDX-License-Identifier: MIT
"""fp16 convolutions: products of 32 channels summed exactly, rounded to fp32, added one by one.

The order is that of the weights: tiles of 32 channels, in each the kernel's rows and columns.
Sources: facts of 2026-11, A9 (one party's board) for the sums; that tiles come before taps is how
weights lie in memory, and unsettled. The other stages compute in fp32, and the converter rounds
once, to the nearest fp16 (rocket.md 6.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np
import numpy.typing as npt

from npucore.hw.memory import Memory
from npucore_rocket.registers import cna as c
from npucore_rocket.registers import cna_converter as v
from npucore_rocket.registers import cna_decompressor as z
from npucore_rocket.registers import core as o
from npucore_rocket.registers import dpu_rdma as r
from npucore_rocket.registers import dpu_stages as s
from npucore_rocket.sim import cna_weights
from npucore_rocket.sim.block import Block, atom, overlap
from npucore_rocket.sim.cna import Convolution
from npucore_rocket.sim.cna_feature import PORT as SOURCE
from npucore_rocket.sim.cna_feature import strides
from npucore_rocket.sim.dpu import PORT, Output, Writer
from npucore_rocket.sim.dpu_rdma import COEFFICIENTS, cube
from npucore_rocket.sim.errors import SimulationError
from npucore_rocket.sim.pc import RegisterFile, Rule

Float32s = npt.NDArray[np.float32]
Float64s = npt.NDArray[np.float64]
Matrices = dict[tuple[Convolution, int], tuple[bytes, Float64s]]
"""Weights that have been decoded, with the bytes that they were made from."""

MOST_MATRICES = 256
TILE = 32  # channels whose products are summed exactly
BLOCK_ELEMENTS = 1 << 20  # of the sums at a time
BIAS = 1
ADD = 2

RULES = (
    Rule(v.CNA_CVT_CON0, ("cvt_bypass",), "fp16 is not converted", (1,)),
    Rule(c.CNA_CONV_CON1, ("argb_in", "nonalign_dma"), "packed pixels of fp16"),
    Rule(c.CNA_PAD_CON1, ("pad_value",), "fp16 is padded with 0, as seen"),
    Rule(o.CORE_MISC_CFG, ("qd_en",), "sums of features are of integers"),
    Rule(o.CORE_CLIP_TRUNCATE, ("clip_truncate",), "integers are shifted"),
    Rule(s.DPU_BS_OW_CFG, ("od_bypass",), "fp16 has no zero points", (1,)),
    Rule(s.DPU_EW_CFG, ("ew_bypass",), "an operand of fp16 behind a convolution", (1,)),
    Rule(s.DPU_OUT_CVT_SCALE, ("out_cvt_scale", "fp32tofp16_en"), "as seen", (1,)),
    Rule(s.DPU_OUT_CVT_SHIFT, ("out_cvt_shift", "cvt_round", "minus_exp", "cvt_type"), "as seen"),
    Rule(s.DPU_OUT_CVT_OFFSET, ("out_cvt_offset",), "as seen"),
)
BS_RULES = (
    Rule(s.DPU_BS_CFG, ("bs_mul_bypass", "bs_relu_bypass", "bs_alu_src"), "a bias alone", (1,)),
    Rule(s.DPU_BS_CFG, ("bs_alu_algo",), "2 is add", (ADD,)),
    Rule(s.DPU_BS_CFG, ("bs_alu_bypass",), "a bias alone"),
)
BN_RULES = (Rule(s.DPU_BN_CFG, ("bn_alu_bypass", "bn_mul_bypass"), "it clamps alone", (1,)),)


def check(out: Output, file: RegisterFile) -> None:
    """Refuse whatever is not known of fp16."""
    file.check(RULES)
    if not file[s.DPU_BS_CFG].bs_bypass:
        file.check(BS_RULES)
    if not file[s.DPU_BN_CFG].bn_bypass:
        file.check(BN_RULES)
    if out.dtype != np.float16:
        raise SimulationError("DPU DATA_FORMAT.out_precision is not fp16 behind fp16")


def run(
    conv: Convolution,
    out: Output,
    file: RegisterFile,
    memory: Memory,
    matrices: Matrices,
    fits: bool,
    reads: bool,
) -> None:
    """Convolve; *fits* tells whether CBUF holds all weights, *reads* if DPU_RDMA is started."""
    padded = _padded(conv, file, memory)
    weights = _weights(conv, file, memory, matrices, fits)
    bias = _bias(file, memory, reads)
    write = Writer(file, memory, out)
    if overlap(_atoms(conv, file, memory), write.atoms):
        raise SimulationError(f"{PORT}: the task writes over what {SOURCE} reads")
    write.pad()
    with np.errstate(over="ignore", invalid="ignore"):  # as the chip has it: infinite, no number
        for rows in _blocks(conv):
            sums = (_depthwise if conv.depthwise else _direct)(conv, padded, weights, rows)
            if bias is not None:
                sums += bias[: sums.shape[-1]]
            _clamp(sums, file)
            halves = sums.astype(np.float16)
            everything = slice(0, -(-halves.shape[-1] // conv.lanes))
            write(Block(halves, rows, everything, False, conv.lanes), halves)


def _blocks(conv: Convolution) -> Iterator[slice]:
    height, width = conv.out_size
    step = max(1, BLOCK_ELEMENTS // (width * conv.kernels))
    for top in range(0, height, step):
        yield slice(top, min(top + step, height))


def _atoms(conv: Convolution, file: RegisterFile, memory: Memory) -> npt.NDArray[np.void]:
    address, size = file[c.CNA_FEATURE_DATA_ADDR].feature_base_addr, file.chip.atom_bytes
    if address % size:
        raise SimulationError(f"{SOURCE} is {address:#x}, wanted a multiple of {size}")
    line, surface = (step // conv.lanes * size for step in strides(conv, file))
    shape = (conv.surfaces, *conv.size)
    cube = memory.cube(SOURCE, address, shape, (surface, line, size), atom(size))
    return cast(npt.NDArray[np.void], cube)


def _padded(conv: Convolution, file: RegisterFile, memory: Memory) -> Float64s:
    """(rows, columns, channels): all that the outputs depend on, pixels apart if they are so."""
    atoms = np.ascontiguousarray(_atoms(conv, file, memory).transpose(1, 2, 0))
    pixels = atoms.view(np.float16)
    wide = conv.apart()
    (top, left), (h, w) = wide.padding, wide.inside
    apart = np.zeros((*wide.size, conv.channels))
    apart[:: conv.spread[0], :: conv.spread[1]] = pixels
    padded = np.zeros((*wide.padded_size, conv.channels))
    padded[top : top + h, left : left + w] = apart[:h, :w]
    return padded


def _weights(
    conv: Convolution, file: RegisterFile, memory: Memory, matrices: Matrices, fits: bool
) -> Float64s:
    """(taps, channels, kernels), or (taps, channels) of depthwise ones."""
    if file[c.CNA_CBUF_CON0].weight_reuse and not fits:
        raise SimulationError("CNA CBUF_CON0.weight_reuse is 1, but CBUF does not hold the weights")
    address = file[z.CNA_DCOMP_ADDR0].decompress_addr0
    if address % 16:
        raise SimulationError(f"{cna_weights.PORT} is {address:#x}, wanted a multiple of 16")
    size = file[c.CNA_WEIGHT_SIZE0].weight_bytes
    packed = memory.window(cna_weights.PORT, address, size).tobytes()
    key = (cna_weights.shape_of(conv), address)
    found = matrices.get(key)
    if found is None or found[0] != packed:
        unpack = cna_weights.depthwise if conv.depthwise else cna_weights.direct
        stored = np.frombuffer(packed, np.float16)
        values = unpack(conv, stored, file.chip.of(conv.element_bytes))
        found = matrices[key] = packed, values.astype(np.float64)
        if len(matrices) > MOST_MATRICES:
            matrices.pop(next(iter(matrices)))
    return found[1]


def _bias(file: RegisterFile, memory: Memory, reads: bool) -> Float32s | None:
    """(channels,) fp32. Source: rocket.md 4.8."""
    if file[s.DPU_BS_CFG].bs_bypass:
        return None
    use = file[r.DPU_RDMA_RDMA_BRDMA_CFG].brdma_data_use
    if not reads or use != BIAS:
        raise SimulationError(f"DPU BS_CFG.bs_alu_src is 1, but brdma_data_use is {use}")
    address = file[r.DPU_RDMA_RDMA_BS_BASE_ADDR].bs_base_addr
    if address % 16:
        raise SimulationError(f"{COEFFICIENTS} is {address:#x}, wanted a multiple of 16")
    window = memory.window(COEFFICIENTS, address, 4 * cube(file).channels)
    return np.frombuffer(window.tobytes(), np.float32)


def _taps(conv: Convolution, padded: Float64s, rows: slice) -> Iterator[tuple[int, Float64s]]:
    """The values that each tap of the kernel meets: (rows, width, channels)."""
    height, width = rows.stop - rows.start, conv.out_size[1]
    (sy, sx), (dy, dx) = conv.stride, conv.dilation
    for tap, (y, x) in enumerate(np.ndindex(*conv.kernel)):
        top, left = rows.start * sy + y * dy, x * dx
        yield tap, padded[top::sy, left::sx][:height, :width]


def _direct(conv: Convolution, padded: Float64s, weights: Float64s, rows: slice) -> Float32s:
    """(rows, width, kernels)."""
    sums = np.zeros((rows.stop - rows.start, conv.out_size[1], conv.kernels), np.float32)
    for first in range(0, conv.channels, TILE):
        tile = slice(first, first + TILE)
        for tap, met in _taps(conv, padded, rows):
            sums += (met[..., tile] @ weights[tap, tile]).astype(np.float32)
    return sums


def _depthwise(conv: Convolution, padded: Float64s, weights: Float64s, rows: slice) -> Float32s:
    """(rows, width, channels); a product is exact in fp32."""
    sums = np.zeros((rows.stop - rows.start, conv.out_size[1], conv.channels), np.float32)
    for tap, met in _taps(conv, padded, rows):
        sums += (met * weights[tap]).astype(np.float32)
    return sums


def _clamp(sums: Float32s, file: RegisterFile) -> None:
    """The BN stage, with the bits of an fp32 as its upper limit. Source: facts of 2026-11, A5."""
    config = file[s.DPU_BN_CFG]
    if config.bn_bypass or config.bn_relu_bypass:
        return
    limit = None
    if config.bn_relux_en:
        bits = file[s.DPU_BN_RELUX_CMP_VALUE].bn_relux_cmp_dat
        limit = np.array([bits], np.uint32).view(np.float32)[0]
    np.clip(sums, np.float32(0), limit, out=sums)
