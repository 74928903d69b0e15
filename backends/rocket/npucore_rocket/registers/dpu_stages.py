# SPDX-License-Identifier: MIT
"""Stages of the DPU: BS, OW, BN, element-wise, output converter."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_rocket.registers.codes import OPERAND_BITS, ROUNDING
from npucore_rocket.registers.source import ALLBILLY, CHANNELS, FLOAT, HAPPYME, MESA, TIES, TRM


class DPU_BS_CFG(Register, offset=0x4040):
    """First single-point stage: ALU, then multiplier, then ReLU."""

    bs_alu_algo = Bits(19, 16, "ALU operation", MESA, {2: "add", 4: "subtract"})
    bs_alu_src = Bits(8, 8, "ALU operand", MESA, {0: "register", 1: "per channel from memory"})
    bs_relux_en = Bits(7, 7, "clip at the RELUX value", HAPPYME)
    bs_relu_bypass = Bits(6, 6, "1: no ReLU", MESA)
    bs_mul_prelu = Bits(5, 5, "1: multiply negative values only", TRM)
    bs_mul_bypass = Bits(4, 4, "1: no multiplier", MESA)
    bs_alu_bypass = Bits(1, 1, "1: no ALU", FLOAT)
    bs_bypass = Bits(0, 0, "1: skip the stage", FLOAT)


class DPU_BS_ALU_CFG(Register, offset=0x4044):
    """ALU operand."""

    bs_alu_operand = Bits(31, 0, "int32, or fp32 bits in the float types", HAPPYME)


class DPU_BS_MUL_CFG(Register, offset=0x4048):
    """Multiplier."""

    bs_mul_operand = Bits(31, 16, "int16, or fp16 bits", HAPPYME)
    bs_mul_shift_value = Bits(13, 8, "right shift for positive products", CHANNELS)
    bs_truncate_src = Bits(1, 1, "1: shift from memory", TRM)
    bs_mul_src = Bits(0, 0, "1: operand from memory", CHANNELS)


class DPU_BS_RELUX_CMP_VALUE(Register, offset=0x404C):
    """Upper clip."""

    bs_relux_cmp_dat = Bits(31, 0, "int32 or fp32 bits", HAPPYME)


class DPU_BS_OW_CFG(Register, offset=0x4050):
    """Zero-point compensation and channel regrouping."""

    rgp_cnter = Bits(31, 28, "keep one of n", TRM, {0: "all", 1: "1/2", 2: "1/4", 3: "1/8"})
    tp_org_en = Bits(27, 27, "write transposed", HAPPYME)
    size_e_2 = Bits(10, 8, "output surfaces per kernel group - 1, last line", MESA)
    size_e_1 = Bits(7, 5, "the same for the lines between", MESA)
    size_e_0 = Bits(4, 2, "the same for the first line", MESA)
    od_bypass = Bits(1, 1, "1: no OW compensation", FLOAT)
    ow_src = Bits(0, 0, "1: operand from memory", CHANNELS)


class DPU_BS_OW_OP(Register, offset=0x4054):
    """Zero-point compensation."""

    ow_op = Bits(
        15,
        0,
        "factor of the features' sum, 128 - zero point",
        MESA,
        signed=True,
    )


class DPU_BN_CFG(Register, offset=0x4060):
    """Second single-point stage: ALU, then multiplier, then ReLU."""

    bn_alu_algo = Bits(19, 16, "ALU operation", ALLBILLY, {2: "add", 4: "subtract"})
    bn_alu_src = Bits(8, 8, "ALU operand", TRM, {0: "register", 1: "per channel from memory"})
    bn_relux_en = Bits(7, 7, "clip at the RELUX value", ALLBILLY)
    bn_relu_bypass = Bits(6, 6, "1: no ReLU", MESA)
    bn_mul_prelu = Bits(5, 5, "1: multiply negative values only", TRM)
    bn_mul_bypass = Bits(4, 4, "1: no multiplier", MESA)
    bn_alu_bypass = Bits(1, 1, "1: no ALU", MESA)
    bn_bypass = Bits(0, 0, "1: skip the stage", MESA)


class DPU_BN_ALU_CFG(Register, offset=0x4064):
    """ALU operand."""

    bn_alu_operand = Bits(31, 0, "int32, or fp32 bits in the float types", ALLBILLY)


class DPU_BN_MUL_CFG(Register, offset=0x4068):
    """Multiplier."""

    bn_mul_operand = Bits(31, 16, "int16, or fp16 bits", ALLBILLY)
    bn_mul_shift_value = Bits(13, 8, "right shift for positive products", TRM)
    bn_truncate_src = Bits(1, 1, "1: shift from memory", TRM)
    bn_mul_src = Bits(0, 0, "1: operand from memory", TRM)


class DPU_BN_RELUX_CMP_VALUE(Register, offset=0x406C):
    """Upper clip."""

    bn_relux_cmp_dat = Bits(31, 0, "int32 or fp32 bits", ALLBILLY)


class DPU_EW_CFG(Register, offset=0x4070):
    """Element-wise stage."""

    ew_cvt_type = Bits(
        31,
        31,
        "operand converter order",
        MESA,
        {0: "multiply then add", 1: "add then multiply"},
    )
    ew_cvt_round = Bits(30, 30, "rounding", TRM, ROUNDING)
    ew_data_mode = Bits(
        29,
        28,
        "shape of the operand",
        MESA,
        {0: "per channel", 1: "per pixel", 2: "per channel by pixel"},
    )
    edata_size = Bits(23, 22, "operand width", MESA, OPERAND_BITS)
    ew_equal_en = Bits(21, 21, "comparison result: equal", ALLBILLY)
    ew_binary_en = Bits(20, 20, "comparison result: 0/1", TRM)
    ew_alu_algo = Bits(
        19,
        16,
        "ALU operation",
        MESA,
        {
            0: "max",
            1: "min",
            2: "add",
            3: "div",
            4: "sub",
            5: "abs",
            6: "neg",
            7: "floor",
            8: "ceil",
        },
    )
    ew_relux_en = Bits(10, 10, "clip at EW_RELUX_CMP_VALUE", TRM)
    ew_relu_bypass = Bits(9, 9, "1: no ReLU", MESA)
    ew_op_cvt_bypass = Bits(8, 8, "1: operand used as is", MESA)
    ew_lut_bypass = Bits(7, 7, "1: no look-up table", MESA)
    ew_op_src = Bits(6, 6, "operand", MESA, {0: "registers", 1: "memory"})
    ew_mul_prelu = Bits(5, 5, "1: multiply negative values only", TRM)
    ew_op_type = Bits(2, 2, "unit", FLOAT, {0: "ALU", 1: "multiplier"})
    ew_op_bypass = Bits(1, 1, "1: no ALU/multiplier", MESA)
    ew_bypass = Bits(0, 0, "1: skip the stage", MESA)


class DPU_EW_CVT_OFFSET_VALUE(Register, offset=0x4074):
    """Operand converter."""

    ew_op_cvt_offset = Bits(31, 0, "addend", MESA, signed=True)


class DPU_EW_CVT_SCALE_VALUE(Register, offset=0x4078):
    """Operand converter."""

    ew_truncate = Bits(31, 22, "right shift of the EW product", TRM)
    ew_op_cvt_shift = Bits(21, 16, "right shift", MESA)
    ew_op_cvt_scale = Bits(15, 0, "signed multiplier", MESA, signed=True)


class DPU_EW_RELUX_CMP_VALUE(Register, offset=0x407C):
    """Upper clip."""

    ew_relux_cmp_dat = Bits(31, 0, "value", TRM)


class DPU_OUT_CVT_OFFSET(Register, offset=0x4080):
    """Output converter."""

    out_cvt_offset = Bits(
        31, 0, "addend, zero point of the output - 128 in int8", MESA, signed=True
    )


class DPU_OUT_CVT_SCALE(Register, offset=0x4084):
    """Output converter."""

    fp32tofp16_en = Bits(16, 16, "1: narrow fp32 to fp16/bf16 on output", FLOAT)
    out_cvt_scale = Bits(15, 0, "multiplier", MESA)


class DPU_OUT_CVT_SHIFT(Register, offset=0x4088):
    """Output converter."""

    cvt_type = Bits(31, 31, "order", ALLBILLY, {0: "multiply first", 1: "add first"})
    cvt_round = Bits(30, 30, "rounding", TIES, ROUNDING)
    minus_exp = Bits(19, 12, "float: multiply by 2^-n", ALLBILLY)
    out_cvt_shift = Bits(11, 0, "integer right shift", MESA)


class DPU_EW_OP_VALUE_0(Register, offset=0x4090):
    """Register operand of the EW stage."""

    ew_operand_0 = Bits(31, 0, "operand of lane 0", TRM)


class DPU_EW_OP_VALUE_1(Register, offset=0x4094):
    """Register operand of the EW stage."""

    ew_operand_1 = Bits(31, 0, "operand of lane 1", TRM)


class DPU_EW_OP_VALUE_2(Register, offset=0x4098):
    """Register operand of the EW stage."""

    ew_operand_2 = Bits(31, 0, "operand of lane 2", TRM)


class DPU_EW_OP_VALUE_3(Register, offset=0x409C):
    """Register operand of the EW stage."""

    ew_operand_3 = Bits(31, 0, "operand of lane 3", TRM)


class DPU_EW_OP_VALUE_4(Register, offset=0x40A0):
    """Register operand of the EW stage."""

    ew_operand_4 = Bits(31, 0, "operand of lane 4", TRM)


class DPU_EW_OP_VALUE_5(Register, offset=0x40A4):
    """Register operand of the EW stage."""

    ew_operand_5 = Bits(31, 0, "operand of lane 5", TRM)


class DPU_EW_OP_VALUE_6(Register, offset=0x40A8):
    """Register operand of the EW stage."""

    ew_operand_6 = Bits(31, 0, "operand of lane 6", TRM)


class DPU_EW_OP_VALUE_7(Register, offset=0x40AC):
    """Register operand of the EW stage."""

    ew_operand_7 = Bits(31, 0, "operand of lane 7", TRM)
