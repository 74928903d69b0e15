# SPDX-License-Identifier: MIT
"""What a TP core makes of each value: a look-up, a multiplication, the output's zero point.

Source: descriptors and tables of VeriSilicon's compiler for relu and tanh, with the answers of its
simulator, which come out byte for byte.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from npucore.hw.memory import Memory, Port, SimulationError
from npucore_vsim.registers import TPDescriptor

LUT = Port("TP", "alu_load_pwl_lut_address")
ENTRIES = 1024
MULTIPLIER_BITS = 15
SHIFT_BITS = 7  # of alu_output_postshift, a two's complement
FRACTION_BITS, EXPONENT_BITS, EXPONENT_BIAS = 15, 5, 15  # of an entry, below its sign
HALF_FRACTION_BITS = 10  # of a float16
Bytes = npt.NDArray[np.uint8]
Float64s = npt.NDArray[np.float64]


def computed(job: TPDescriptor, values: Bytes, memory: Memory) -> Bytes:
    """*values* as they are written: rounded to the nearest, halves to even, kept in a byte."""
    changed = (
        job.alu_pwl_enable
        or job.alu_output_post_multiplier
        or job.alu_output_postshift
        or job.in_zp != job.out_zp
    )
    if not changed:
        return values
    if not (job.alu_i2f_enable and job.alu_f2i_enable):
        raise SimulationError("TP computes without alu_i2f_enable or alu_f2i_enable")
    every = np.arange(256) - job.in_zp
    real = every.astype(np.float64)
    if job.alu_pwl_enable:
        real = _looked_up(every, _table(job, memory), bool(job.alu_pwl_sign_support))
    shift = job.alu_output_postshift
    shift -= (shift >> SHIFT_BITS - 1) << SHIFT_BITS
    factor = 1 + job.alu_output_post_multiplier / (1 << MULTIPLIER_BITS)
    stored = np.rint(real * np.ldexp(factor, -shift)) + job.out_zp
    answer: Bytes = np.clip(stored, 0, 255).astype(np.uint8)[values]
    return answer


def _table(job: TPDescriptor, memory: Memory) -> Float64s:
    """The entries as numbers; subnormals are 0."""
    if not job.alu_load_pwl_lut or not job.alu_load_pwl_lut_global_mem:
        raise SimulationError("TP looks up in a table that this job has not loaded from memory")
    words = memory.window(LUT, job.alu_load_pwl_lut_address, 4 * ENTRIES).view("<u4")
    if int(words.max()) >> 1 + EXPONENT_BITS + FRACTION_BITS:
        raise SimulationError("TP: a table whose entries have more than 21 bits")
    exponent = (words >> FRACTION_BITS).astype(np.int64) & (1 << EXPONENT_BITS) - 1
    fraction = (words & (1 << FRACTION_BITS) - 1) / (1 << FRACTION_BITS)
    size = np.where(exponent, np.ldexp(1 + fraction, exponent - EXPONENT_BIAS), 0.0)
    negative = words >> EXPONENT_BITS + FRACTION_BITS == 1
    return np.where(negative, -size, size)


def _looked_up(x: npt.NDArray[np.int64], table: Float64s, signed: bool) -> Float64s:
    """Between the entry of each float16 and the next; without signs the table is odd."""
    dropped = HALF_FRACTION_BITS - (4 if signed else 5)
    half = np.abs(x).astype(np.float16).view(np.uint16).astype(np.int64)
    index, rest = half >> dropped, half & (1 << dropped) - 1
    if signed:
        index[x < 0] += ENTRIES // 2
    low, high = table[index], table[np.minimum(index + 1, ENTRIES - 1)]
    value = low + (high - low) * (rest / (1 << dropped))
    mirrored: Float64s = value if signed else np.where(x < 0, -value, value)
    return mirrored
