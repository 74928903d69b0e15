# SPDX-License-Identifier: MIT
"""BS and BN with constants, each off or an addend, a factor and a clamp.

Source: facts of 2026-11, 0.4 (BS adds before it multiplies), A7 (BN perhaps behind), A8; rocket
hardware reference 6.1.
"""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_rocket.registers import dpu as d
from npucore_rocket.registers import dpu_stages as s
from npucore_rocket.validate.limits import MOST_INT32, Limit, free
from npucore_rocket.validate.looked_up import MOST_SHIFT
from npucore_rocket.validate.relation import Relation, one_of, same
from npucore_rocket.validate.settings import ADD
from npucore_rocket.validate.task import Task

ENOUGH = "32 bits of a product are enough"
ONLY = "a value only where it is used"

BS_LIMITS = (
    free(s.DPU_BS_CFG.bs_bypass),
    free(s.DPU_BS_CFG.bs_alu_bypass),
    free(s.DPU_BS_CFG.bs_mul_bypass),
    free(s.DPU_BS_CFG.bs_relu_bypass),
    Limit(s.DPU_BS_CFG.bs_alu_algo, 0, ADD, "it adds"),
    free(s.DPU_BS_ALU_CFG.bs_alu_operand),
    free(s.DPU_BS_MUL_CFG.bs_mul_operand),
    Limit(s.DPU_BS_MUL_CFG.bs_mul_shift_value, 0, MOST_SHIFT, ENOUGH),
    free(d.DPU_DATA_FORMAT.bs_mul_shift_value_neg),
)
BN_LIMITS = (
    free(s.DPU_BN_CFG.bn_alu_bypass),
    free(s.DPU_BN_CFG.bn_mul_bypass),
    Limit(s.DPU_BN_CFG.bn_alu_algo, 0, ADD, "it adds"),
    free(s.DPU_BN_ALU_CFG.bn_alu_operand),
    free(s.DPU_BN_MUL_CFG.bn_mul_operand),
    Limit(s.DPU_BN_MUL_CFG.bn_mul_shift_value, 0, MOST_SHIFT, ENOUGH),
    free(d.DPU_DATA_FORMAT.bn_mul_shift_value_neg),
)
BN_CLAMPS = (
    free(s.DPU_BN_CFG.bn_bypass),
    free(s.DPU_BN_CFG.bn_relu_bypass),
    free(s.DPU_BN_CFG.bn_relux_en),
    Limit(s.DPU_BN_RELUX_CMP_VALUE.bn_relux_cmp_dat, 0, MOST_INT32, "it is a positive int32"),
)


def _off(register: type[Register], bits: Bits, stage: Bits) -> Relation:
    """All that bypasses a part of a stage that is left out."""
    return Relation(register, bits, lambda t: t[stage], lambda _: 1, "the stage is left out")


def _used(register: type[Register], bits: Bits, bypass: Bits) -> Relation:
    """A number that is 0 if nothing takes it."""
    return Relation(register, bits, lambda _: 0, lambda t: bits.high * (1 - t[bypass]), ONLY)


def _algo(t: Task, bits: Bits, bypass: Bits) -> int:
    return one_of(t, bits, ADD, 0) if t[bypass] else ADD


BS, BS_MUL = s.DPU_BS_CFG, s.DPU_BS_MUL_CFG
BS_RELATIONS = (
    _off(BS, BS.bs_alu_bypass, BS.bs_bypass),
    _off(BS, BS.bs_mul_bypass, BS.bs_bypass),
    _off(BS, BS.bs_relu_bypass, BS.bs_bypass),
    same(BS, BS.bs_alu_algo, lambda t: _algo(t, BS.bs_alu_algo, BS.bs_alu_bypass), "it adds"),
    _used(s.DPU_BS_ALU_CFG, s.DPU_BS_ALU_CFG.bs_alu_operand, BS.bs_alu_bypass),
    _used(BS_MUL, BS_MUL.bs_mul_operand, BS.bs_mul_bypass),
    _used(BS_MUL, BS_MUL.bs_mul_shift_value, BS.bs_mul_bypass),
    same(
        d.DPU_DATA_FORMAT,
        d.DPU_DATA_FORMAT.bs_mul_shift_value_neg,
        lambda t: t[BS_MUL.bs_mul_shift_value],
        "negative products are shifted as positive ones",
    ),
)
BN, BN_MUL = s.DPU_BN_CFG, s.DPU_BN_MUL_CFG
BN_RELATIONS = (
    _off(BN, BN.bn_alu_bypass, BN.bn_bypass),
    _off(BN, BN.bn_mul_bypass, BN.bn_bypass),
    _off(BN, BN.bn_relu_bypass, BN.bn_bypass),
    same(BN, BN.bn_alu_algo, lambda t: _algo(t, BN.bn_alu_algo, BN.bn_alu_bypass), "it adds"),
    Relation(
        s.DPU_BN_ALU_CFG,
        s.DPU_BN_ALU_CFG.bn_alu_operand,
        lambda _: 0,
        lambda t: (
            s.DPU_BN_ALU_CFG.bn_alu_operand.high * (not t[BN.bn_alu_bypass]) * t[BN.bn_mul_bypass]
        ),
        "an addend only without a factor, which may come first",
    ),
    _used(BN_MUL, BN_MUL.bn_mul_operand, BN.bn_mul_bypass),
    _used(BN_MUL, BN_MUL.bn_mul_shift_value, BN.bn_mul_bypass),
    same(
        d.DPU_DATA_FORMAT,
        d.DPU_DATA_FORMAT.bn_mul_shift_value_neg,
        lambda t: t[BN_MUL.bn_mul_shift_value],
        "negative products are shifted as positive ones",
    ),
    Relation(
        BN,
        BN.bn_relux_en,
        lambda _: 0,
        lambda t: 1 - t[BN.bn_relu_bypass],
        "an upper limit only beside the lower one",
    ),
    Relation(
        s.DPU_BN_RELUX_CMP_VALUE,
        s.DPU_BN_RELUX_CMP_VALUE.bn_relux_cmp_dat,
        lambda _: 0,
        lambda t: MOST_INT32 * t[BN.bn_relux_en],
        "a value only where BN_RELUX_EN is 1",
    ),
)
