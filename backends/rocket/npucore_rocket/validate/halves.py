# SPDX-License-Identifier: MIT
"""What differs in convolutions of fp16: settings, and fields that may be less than of int8.

Source: rocket hardware reference 5.2, 5.4 (the vendor's 683 tasks, and two parties' boards);
clamps: facts of 2026-11, A5.
"""

from __future__ import annotations

from npucore.hw.registers import Bits
from npucore_rocket.registers import cna as c
from npucore_rocket.registers import core as o
from npucore_rocket.registers import dpu as d
from npucore_rocket.registers import dpu_rdma as r
from npucore_rocket.registers import dpu_stages as s
from npucore_rocket.validate.limits import Limit
from npucore_rocket.validate.relation import Relation, same

FP16 = 2
LARGEST_BITS = 0x7F7FFFFF  # of fp32, before infinity
NONE = "fp16 has none"
AS_SEEN = "as in every task of fp16"

SETTINGS = (
    c.CNA_CONV_CON1(in_precision=FP16, proc_precision=FP16),
    o.CORE_MISC_CFG(proc_precision=FP16),
    d.DPU_DATA_FORMAT(in_precision=FP16, proc_precision=FP16, out_precision=FP16),
    s.DPU_BS_OW_CFG(od_bypass=1),
    s.DPU_OUT_CVT_SCALE(fp32tofp16_en=1),
)
INTEGERS = (o.CORE_MISC_CFG(qd_en=1),)
READERS = (r.DPU_RDMA_RDMA_FEATURE_MODE_CFG(in_precision=FP16, proc_precision=FP16),)

_LIMITS = (
    Limit(c.CNA_PAD_CON1.pad_value, 0, 0, NONE),
    Limit(o.CORE_CLIP_TRUNCATE.clip_truncate, 0, 0, NONE),
    Limit(s.DPU_BS_OW_OP.ow_op, 0, 0, NONE),
    Limit(s.DPU_BS_CFG.bs_relu_bypass, 1, 1, "clamps of fp16 are the BN stage's"),
    Limit(s.DPU_OUT_CVT_OFFSET.out_cvt_offset, 0, 0, NONE),
    Limit(s.DPU_OUT_CVT_SCALE.out_cvt_scale, 1, 1, AS_SEEN),
    Limit(s.DPU_OUT_CVT_SHIFT.out_cvt_shift, 0, 0, AS_SEEN),
    Limit(s.DPU_BN_RELUX_CMP_VALUE.bn_relux_cmp_dat, 0, LARGEST_BITS, "a positive fp32"),
)
LIMITS: dict[Bits, Limit] = {limit.bits: limit for limit in _LIMITS}
"""Instead of those of int8."""

BN, TOP = s.DPU_BN_CFG, s.DPU_BN_RELUX_CMP_VALUE.bn_relux_cmp_dat
CLAMPS = (
    same(BN, BN.bn_relu_bypass, lambda t: t[BN.bn_bypass], "the stage clamps, or is left out"),
    Relation(
        BN,
        BN.bn_relux_en,
        lambda _: 0,
        lambda t: 1 - t[BN.bn_bypass],
        "an upper limit only where the stage clamps",
    ),
    Relation(
        s.DPU_BN_RELUX_CMP_VALUE,
        TOP,
        lambda t: t[BN.bn_relux_en],
        lambda t: LARGEST_BITS * t[BN.bn_relux_en],
        "a value where BN_RELUX_EN is 1, and only there",
    ),
)
