# SPDX-License-Identifier: MIT
"""Tasks whose values go through the look-up table: what the stages around it do.

Source: facts of 2026-11, A7; rocket hardware reference 6.8. BN brings values to the table's units.
Its addend is 0: the table is chosen by the sign in front of it. Slopes beyond the ends are 0.
"""

from __future__ import annotations

from npucore_rocket.registers import dpu as d
from npucore_rocket.registers import dpu_lut as lut
from npucore_rocket.registers import dpu_stages as s
from npucore_rocket.validate.limits import Limit, free
from npucore_rocket.validate.relation import one_of, same
from npucore_rocket.validate.settings import ADD

EDGE = 16384
STEP_BITS = 5
MOST_FACTOR = (1 << 15) - 1
MOST_SHIFT = 31  # of products of 32 and 16 bits, for a result that 32 hold

SETTINGS = (
    s.DPU_EW_CFG(ew_relu_bypass=1, ew_op_cvt_bypass=1, ew_op_bypass=1),
    s.DPU_EW_CVT_SCALE_VALUE(ew_op_cvt_scale=1),
    lut.DPU_LUT_CFG(lut_hybrid_priority=1, lut_oflow_priority=1, lut_lo_le_mux=2),
    lut.DPU_LUT_INFO(lut_lo_index_select=STEP_BITS, lut_le_index_select=STEP_BITS),
    lut.DPU_LUT_LE_START(lut_le_start=-EDGE),
    lut.DPU_LUT_LO_END(lut_lo_end=EDGE),
)
OF_HALVES = (
    s.DPU_BN_CFG(bn_alu_algo=ADD, bn_relu_bypass=1),
    s.DPU_BN_ALU_CFG(bn_alu_operand=0x80000000),  # -0.0
    s.DPU_OUT_CVT_OFFSET(out_cvt_offset=1),
    s.DPU_OUT_CVT_SHIFT(cvt_type=1, minus_exp=15),
)
GAIN_OF_HALVES = Limit(
    s.DPU_BN_MUL_CFG.bn_mul_operand, 0x0400, 0x7BFF, "a number of fp16 above 0: the sign chooses"
)
LIMITS = (
    free(s.DPU_BN_CFG.bn_alu_bypass),
    Limit(s.DPU_BN_CFG.bn_alu_algo, 0, ADD, "it adds"),
    Limit(s.DPU_BN_MUL_CFG.bn_mul_operand, 1, MOST_FACTOR, "the sign chooses the table"),
    Limit(s.DPU_BN_MUL_CFG.bn_mul_shift_value, 0, MOST_SHIFT, "32 bits of a product are enough"),
    free(d.DPU_DATA_FORMAT.bn_mul_shift_value_neg),
)

RELATIONS = (
    same(s.DPU_BN_CFG, s.DPU_BN_CFG.bn_bypass, lambda _: 0, "it scales for the table"),
    same(s.DPU_BN_CFG, s.DPU_BN_CFG.bn_relu_bypass, lambda _: 1, "the table follows"),
    same(s.DPU_BN_CFG, s.DPU_BN_CFG.bn_relux_en, lambda _: 0, "the table follows"),
    same(
        s.DPU_BN_CFG,
        s.DPU_BN_CFG.bn_alu_algo,
        lambda t: (
            one_of(t, s.DPU_BN_CFG.bn_alu_algo, ADD, 0) if t[s.DPU_BN_CFG.bn_alu_bypass] else ADD
        ),
        "it adds nothing",
    ),
    same(
        s.DPU_BN_RELUX_CMP_VALUE,
        s.DPU_BN_RELUX_CMP_VALUE.bn_relux_cmp_dat,
        lambda _: 0,
        "a value only where BN_RELUX_EN is 1",
    ),
    same(
        d.DPU_DATA_FORMAT,
        d.DPU_DATA_FORMAT.bn_mul_shift_value_neg,
        lambda t: t[s.DPU_BN_MUL_CFG.bn_mul_shift_value],
        "negative products are shifted as positive ones",
    ),
)
