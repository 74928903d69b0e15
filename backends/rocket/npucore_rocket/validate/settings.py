# SPDX-License-Identifier: MIT
"""What registers hold in every task of a kind; registers that are not named here hold 0.

Source: rocket hardware reference 5.1, 4.4, 6.5, 6.7: Mesa's streams, in which these never
differ, and of per-channel scales a sibling's; facts of 2026-11, A10.
"""

from __future__ import annotations

from npucore.hw.registers import Register
from npucore_rocket.registers import cna as c
from npucore_rocket.registers import cna_converter as v
from npucore_rocket.registers import core as o
from npucore_rocket.registers import dpu as d
from npucore_rocket.registers import dpu_rdma as r
from npucore_rocket.registers import dpu_stages as s

Settings = tuple[Register, ...]

DEPTHWISE = 3
ADD = 2
BURST = 15
TO_MEMORY = 2
ONE_CHANNEL = 8  # ARGB_IN's code for it
ADDITION_TRUNCATE = 15
ALTERNATE = {"pointer_pp_en": 1, "executer_pp_en": 1, "pointer_pp_mode": 1}

ALWAYS: Settings = (
    c.CNA_DMA_CON0(weight_burst_len=BURST, data_burst_len=BURST),
    d.DPU_S_POINTER(**ALTERNATE),
    d.DPU_FEATURE_MODE_CFG(burst_len=BURST, output_mode=TO_MEMORY),
)
NO_TABLE: Settings = (s.DPU_BN_CFG(bn_alu_bypass=1, bn_mul_bypass=1),)
TRANSPOSED: Settings = (c.CNA_CONV_CON1(deconv=1),)
READERS: Settings = (
    r.DPU_RDMA_RDMA_S_POINTER(**ALTERNATE),
    r.DPU_RDMA_RDMA_WEIGHT(m_weight=1, b_weight=1, n_weight=1, e_weight=1),
)
"""Where DPU_RDMA is started."""


def _converter(truncate: int, scale: int, offset: int, **flags: int) -> Settings:
    shifts = {f"cvt_truncate_{lane}": truncate for lane in range(4)}
    return (
        v.CNA_CVT_CON0(**shifts, **flags),
        v.CNA_CVT_CON1(cvt_scale0=scale, cvt_offset0=offset),
        v.CNA_CVT_CON2(cvt_scale1=scale, cvt_offset1=offset),
        v.CNA_CVT_CON3(cvt_scale2=scale, cvt_offset2=offset),
        v.CNA_CVT_CON4(cvt_scale3=scale, cvt_offset3=offset),
    )


_CONVERTER_OFF = _converter(0, 1, 0, data_sign=1, cvt_type=1, cvt_bypass=1)
_PACKED: Settings = (
    c.CNA_CONV_CON1(nonalign_dma=1, group_line_off=1, argb_in=ONE_CHANNEL),
    v.CNA_CVT_CON5(per_channel_cvt_en=0xFFFF),
)

FAMILIES: dict[str, Settings] = {
    "direct": (c.CNA_CONV_CON1(), *_CONVERTER_OFF),
    "depthwise": (
        c.CNA_CONV_CON1(conv_mode=DEPTHWISE),
        o.CORE_MISC_CFG(dw_en=1),
        d.DPU_FEATURE_MODE_CFG(burst_len=BURST, output_mode=TO_MEMORY, conv_mode=DEPTHWISE),
        *_CONVERTER_OFF,
    ),
    "packed": (*_PACKED, *_converter(14, 1 << 14, -128)),
    "packed, in a graph with an addition": (*_PACKED, *_converter(ADDITION_TRUNCATE, 32388, -128)),
}
"""The last one is Mesa's, unexplained: the same conversion in other numbers, almost."""

COEFFICIENTS: dict[str, Settings] = {
    "none": (s.DPU_BS_CFG(bs_bypass=1, bs_alu_bypass=1, bs_mul_bypass=1, bs_relu_bypass=1),),
    "bias": (
        s.DPU_BS_CFG(bs_alu_algo=ADD, bs_alu_src=1, bs_mul_bypass=1),
        r.DPU_RDMA_RDMA_BRDMA_CFG(brdma_data_use=1),
    ),
    "bias and multipliers": (
        s.DPU_BS_CFG(bs_alu_algo=ADD, bs_alu_src=1),
        s.DPU_BS_MUL_CFG(bs_mul_src=1),
        s.DPU_BS_OW_CFG(ow_src=1),
        r.DPU_RDMA_RDMA_BRDMA_CFG(brdma_data_use=7),
    ),
}
"""What the DPU reads per channel. The last is a sibling's way (6.7 B), with RK3588's ALU code."""

ADDEND: Settings = (
    s.DPU_EW_CFG(
        ew_cvt_type=1,
        ew_data_mode=1,
        edata_size=1,
        ew_alu_algo=ADD,
        ew_lut_bypass=1,
        ew_op_src=1,
    ),
    r.DPU_RDMA_RDMA_ERDMA_CFG(erdma_data_mode=1, erdma_data_size=1),
    r.DPU_RDMA_RDMA_FEATURE_MODE_CFG(burst_len=BURST, comb_use=5),
)
NO_ADDEND: Settings = (
    s.DPU_EW_CFG(
        ew_bypass=1, ew_op_bypass=1, ew_lut_bypass=1, ew_op_cvt_bypass=1, ew_relu_bypass=1
    ),
    s.DPU_EW_CVT_SCALE_VALUE(ew_op_cvt_scale=1),
)


def idle_readers(family: str) -> Settings:
    """The readers of a second tensor, off."""
    kind = DEPTHWISE if family == "depthwise" else 0
    mode = r.DPU_RDMA_RDMA_FEATURE_MODE_CFG(burst_len=BURST, mrdma_disable=1, conv_mode=kind)
    return (r.DPU_RDMA_RDMA_ERDMA_CFG(erdma_disable=1), mode)
