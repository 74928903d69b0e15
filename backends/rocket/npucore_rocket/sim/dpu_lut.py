# SPDX-License-Identifier: MIT
"""The DPU's look-up table as a step: two tables that meet at 0, and lines between their entries.

Source: facts of 2026-11, A7 (proven in fp16, shown in int8); rocket.md 6.8. How the interpolation
rounds no source says: as all other shifts here. That is at most one unit of 2**-15.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from npucore_rocket.registers import dpu_lut as r
from npucore_rocket.registers import dpu_stages as s
from npucore_rocket.sim.block import Block
from npucore_rocket.sim.dpu_lut_port import ENTRIES
from npucore_rocket.sim.errors import SimulationError
from npucore_rocket.sim.pc import RegisterFile, Rule
from npucore_rocket.sim.rounding import Rounding, shift_right

Float32s = npt.NDArray[np.float32]

STEP_BITS = 5  # log2 of the distance of two entries
EDGE = (ENTRIES - 1) << STEP_BITS  # 16384: both tables end so far from 0
LARGEST = float(1 << 15)  # of an entry
SHOWN = "as every known stream has it"
RULES = (
    Rule(s.DPU_EW_CFG, ("ew_op_bypass", "ew_op_cvt_bypass"), "its order to the table", (1,)),
    Rule(s.DPU_EW_CFG, ("ew_relu_bypass",), "its order to the table", (1,)),
    Rule(r.DPU_LUT_CFG, ("lut_hybrid_priority", "lut_oflow_priority"), SHOWN, (1,)),
    Rule(r.DPU_LUT_CFG, ("lut_lo_le_mux",), SHOWN, (2,)),
    Rule(r.DPU_LUT_CFG, ("lut_cal_sel", "lut_uflow_priority"), SHOWN),
    Rule(r.DPU_LUT_CFG, ("lut_expand_en", "lut_road_sel"), SHOWN),
    Rule(r.DPU_LUT_INFO, ("lut_le_index_select", "lut_lo_index_select"), SHOWN, (STEP_BITS,)),
    Rule(r.DPU_LUT_LE_START, ("lut_le_start",), SHOWN, (-EDGE,)),
    Rule(r.DPU_LUT_LE_END, ("lut_le_end",), SHOWN),
    Rule(r.DPU_LUT_LO_START, ("lut_lo_start",), SHOWN),
    Rule(r.DPU_LUT_LO_END, ("lut_lo_end",), SHOWN, (EDGE,)),
    Rule(
        r.DPU_LUT_LE_SLOPE_SCALE,
        ("lut_le_slope_oflow_scale", "lut_le_slope_uflow_scale"),
        "how slopes beyond the tables round is not known",
    ),
    Rule(
        r.DPU_LUT_LO_SLOPE_SCALE,
        ("lut_lo_slope_oflow_scale", "lut_lo_slope_uflow_scale"),
        "how slopes beyond the tables round is not known",
    ),
)


HALF_RULES = (
    Rule(s.DPU_BN_CFG, ("bn_bypass", "bn_mul_bypass", "bn_alu_bypass"), SHOWN),
    Rule(s.DPU_BN_CFG, ("bn_alu_algo",), "2 is add", (2,)),
    Rule(s.DPU_BN_CFG, ("bn_relu_bypass",), SHOWN, (1,)),
    Rule(s.DPU_BN_ALU_CFG, ("bn_alu_operand",), "-0.0 adds nothing", (0x80000000,)),
    Rule(s.DPU_BN_MUL_CFG, ("bn_mul_shift_value", "bn_mul_src"), SHOWN),
    Rule(s.DPU_OUT_CVT_SHIFT, ("cvt_type",), "1 adds first", (1,)),
    Rule(s.DPU_OUT_CVT_SHIFT, ("out_cvt_shift", "cvt_round"), SHOWN),
)


@dataclass(frozen=True, slots=True, eq=False)
class LookUp:
    """Replaces each value v by `curve` at v; beyond the ends by what is there."""

    curve: Float32s

    def bounds(self, bound: float) -> tuple[float, float]:
        return bound + EDGE, LARGEST

    def __call__(self, block: Block) -> None:
        places = np.clip(block.values, -EDGE, EDGE).astype(np.int32) + EDGE
        block.values[...] = self.curve[places]


def look_up(file: RegisterFile, rounding: Rounding) -> LookUp:
    """The step that the registers and the job's tables ask for.

    Which table is taken for values around 0 follows the sign before BN's ALU, so that operand must
    be 0, and the factor above 0; both tables hold the same at 0.
    """
    file.check(RULES)
    factor = file[s.DPU_BN_MUL_CFG].bn_mul_operand
    config = file[s.DPU_BN_CFG]
    if config.bn_bypass or config.bn_mul_bypass or not 0 < factor < 1 << 15:
        raise SimulationError(
            f"DPU BN_MUL_CFG.bn_mul_operand is {factor}, or its stage is left out: wanted 1 to "
            "32767 before the table, which is chosen by the sign"
        )
    if not config.bn_alu_bypass and file[s.DPU_BN_ALU_CFG].bn_alu_operand:
        raise SimulationError(
            "DPU BN_ALU_CFG.bn_alu_operand is not 0 before the table, which is chosen by the sign "
            "in front of it; and whether it is added before the shift is not settled"
        )
    tables = file.tables.whole()
    low, high = int(tables[0, -1]), int(tables[1, 0])
    if low != high:
        raise SimulationError(
            f"the tables LE and LO hold {low} and {high} for 0, and which is taken is not known"
        )
    return LookUp(_curve(tables.tobytes(), rounding))


def half_look_up(file: RegisterFile, values: Float32s) -> Float32s:
    """What becomes of real numbers: index units by BN's factor, then the table's units times 2**-n.

    That units are whole numbers when the table is entered, rounded to nearest, is a guess; what the
    converter makes of 0 is not settled (facts of 2026-11, A7), so no entry may be 0.
    """
    file.check((*RULES, *HALF_RULES))
    bits = file[s.DPU_BN_MUL_CFG].bn_mul_operand
    factor = np.array([bits], np.uint16).view(np.float16)[0]
    if not 0 < factor < np.inf:
        raise SimulationError(f"DPU BN_MUL_CFG.bn_mul_operand is {factor}, wanted above 0")
    tables = file.tables.whole()
    if int(tables[0, -1]) != int(tables[1, 0]) or not tables.all():
        raise SimulationError("the tables LE and LO differ for 0, or have an entry that is 0")
    curve = _curve(tables.tobytes(), Rounding.HALF_EVEN)
    with np.errstate(over="ignore", invalid="ignore"):
        places = np.rint(np.clip(values * np.float32(factor), -EDGE, EDGE)) + EDGE
    found = curve[np.nan_to_num(places).astype(np.int32)]
    shift = file[s.DPU_OUT_CVT_SHIFT].minus_exp
    added: Float32s = (found + file[s.DPU_OUT_CVT_OFFSET].out_cvt_offset) * np.float32(2.0**-shift)
    return added


@lru_cache(maxsize=64)
def _curve(tables: bytes, rounding: Rounding) -> Float32s:
    """(2 * `EDGE` + 1,): what becomes of -`EDGE` to `EDGE`."""
    low, high = np.frombuffer(tables, np.int64).reshape(2, ENTRIES)
    entries = np.concatenate([low[:-1], high]).astype(np.float64)
    rises = np.diff(entries)
    products = rises[:, None] * np.arange(1 << STEP_BITS)
    shift_right(products, STEP_BITS, rounding)
    curve = np.append(entries[:-1, None] + products, entries[-1])
    return curve.astype(np.float32)
