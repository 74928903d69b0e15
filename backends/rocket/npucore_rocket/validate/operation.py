# SPDX-License-Identifier: MIT
"""The element-wise operation of the DPU alone: its unit, its second operand and that one's scale.

Source: facts of 2026-11, 0.10 (bytes as they are: proven), A8 (a number in eight registers: proven
in fp16; zero points: a sibling); rocket hardware reference 6.3, 6.5.
"""

from __future__ import annotations

from npucore_rocket.registers import dpu_rdma as r
from npucore_rocket.registers import dpu_stages as s
from npucore_rocket.validate.limits import MOST_SHIFT, Limit, free
from npucore_rocket.validate.relation import Relation, one_of, same
from npucore_rocket.validate.task import Task

EW = s.DPU_EW_CFG
MAXIMUM, MINIMUM, ADD, SUBTRACT = 0, 1, 2, 4
OFFSET = s.DPU_EW_CVT_OFFSET_VALUE.ew_op_cvt_offset
SCALE, SHIFT = (
    s.DPU_EW_CVT_SCALE_VALUE.ew_op_cvt_scale,
    s.DPU_EW_CVT_SCALE_VALUE.ew_op_cvt_shift,
)
NUMBERS = (
    (s.DPU_EW_OP_VALUE_0, s.DPU_EW_OP_VALUE_0.ew_operand_0),
    (s.DPU_EW_OP_VALUE_1, s.DPU_EW_OP_VALUE_1.ew_operand_1),
    (s.DPU_EW_OP_VALUE_2, s.DPU_EW_OP_VALUE_2.ew_operand_2),
    (s.DPU_EW_OP_VALUE_3, s.DPU_EW_OP_VALUE_3.ew_operand_3),
    (s.DPU_EW_OP_VALUE_4, s.DPU_EW_OP_VALUE_4.ew_operand_4),
    (s.DPU_EW_OP_VALUE_5, s.DPU_EW_OP_VALUE_5.ew_operand_5),
    (s.DPU_EW_OP_VALUE_6, s.DPU_EW_OP_VALUE_6.ew_operand_6),
    (s.DPU_EW_OP_VALUE_7, s.DPU_EW_OP_VALUE_7.ew_operand_7),
)
FIRST = NUMBERS[0][1]
LOWEST = (1 << 32) - 128  # an int8 with its sign in 32 bits
AS_IT_IS = "the converter is bypassed"

LIMITS = (
    free(EW.ew_op_type),
    Limit(EW.ew_alu_algo, MAXIMUM, SUBTRACT, "others never ran in int8"),
    free(EW.ew_equal_en),
    free(EW.ew_relu_bypass),
)
MAP_LIMITS = (
    free(EW.ew_op_cvt_bypass),
    free(EW.ew_cvt_type),
    Limit(OFFSET, -127, 128, "it is minus an int8 zero point"),
    free(SCALE),
    Limit(SHIFT, 0, MOST_SHIFT, "beyond, every operand is 0"),
    free(r.DPU_RDMA_RDMA_EW_BASE_ADDR.ew_base_addr),
    free(r.DPU_RDMA_RDMA_EW_SURF_STRIDE.ew_surf_stride),
)
NUMBER_LIMITS = (
    Limit(EW.ew_data_mode, 0, 1, "of a number it is idle"),
    *(free(bits) for _, bits in NUMBERS),
)


def _algo(t: Task) -> int:
    """Of the ALU; the multiplier has none."""
    if t[EW.ew_op_type]:
        return 0
    return one_of(t, EW.ew_alu_algo, MAXIMUM, MINIMUM, ADD, SUBTRACT)


def _may_be_equal(t: Task) -> int:
    """EQUAL_EN: one party's exact maximum and minimum have it, the other's do not."""
    return int(not t[EW.ew_op_type] and t[EW.ew_alu_algo] in (MAXIMUM, MINIMUM))


RELATIONS = (
    same(EW, EW.ew_alu_algo, _algo, "maximum, minimum, add or subtract; 0 beside the multiplier"),
    Relation(EW, EW.ew_equal_en, lambda _: 0, _may_be_equal, "of maximum and minimum alone"),
)
MAP_RELATIONS = (
    same(EW, EW.ew_cvt_type, lambda t: 1 - t[EW.ew_op_cvt_bypass], "it adds first, if it is used"),
    Relation(
        s.DPU_EW_CVT_OFFSET_VALUE,
        OFFSET,
        lambda t: -127 * (1 - t[EW.ew_op_cvt_bypass]),
        lambda t: 128 * (1 - t[EW.ew_op_cvt_bypass]),
        AS_IT_IS,
    ),
    same(
        s.DPU_EW_CVT_SCALE_VALUE,
        SCALE,
        lambda t: 1 if t[EW.ew_op_cvt_bypass] else t[SCALE] or 1,
        "1 if the converter is bypassed, and never 0",
    ),
    Relation(
        s.DPU_EW_CVT_SCALE_VALUE,
        SHIFT,
        lambda _: 0,
        lambda t: MOST_SHIFT * (1 - t[EW.ew_op_cvt_bypass]),
        AS_IT_IS,
    ),
)
NUMBER_RELATIONS = (
    Relation(
        NUMBERS[0][0],
        FIRST,
        lambda t: LOWEST if t[FIRST] > 127 else 0,
        lambda t: FIRST.high if t[FIRST] > 127 else 127,
        "an int8 with its sign",
    ),
    *(
        same(register, bits, lambda t: t[FIRST], "all eight are alike")
        for register, bits in NUMBERS[1:]
    ),
)
