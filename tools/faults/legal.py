# SPDX-License-Identifier: MIT
"""Damage that makes another good stream, and why it does no harm but to the numbers."""

from __future__ import annotations

from tools.faults.inject import ORDER, TWICE

NUMBERS = "other numbers, in the same places"
READS = "still inside a mapped buffer: " + NUMBERS

LEGAL = {
    TWICE: "the other one says the same",
    ORDER: "within a block any order does, S_POINTER first",
    "CNA_CONV_CON2.feature_grains": "when the MACs begin, within what the TRM asks and others ran",
    "CNA_CONV_CON3.conv_y_stride": "fits the same output where the map is small: " + NUMBERS,
    "CNA_CONV_CON3.conv_x_stride": "fits the same output where the map is small: " + NUMBERS,
    "CNA_CONV_CON3.atrous_y_dilation": "fits the same output where the map is small: " + NUMBERS,
    "CNA_CONV_CON3.atrous_x_dilation": "fits the same output where the map is small: " + NUMBERS,
    "CNA_CONV_CON3.deconv_y_stride": "fits the same output where the map is small: " + NUMBERS,
    "CNA_CONV_CON3.deconv_x_stride": "fits the same output where the map is small: " + NUMBERS,
    "CNA_PAD_CON1.pad_value": "another byte, sign-extended: " + NUMBERS,
    "CNA_DATA_SIZE1.datain_channel_real": "within the last atom, all of which is fetched anyway",
    "CNA_CBUF_CON0.data_bank": "more than the features need, and a group of kernels still fits",
    "CNA_CBUF_CON0.weight_reuse": "cleared: the weights are fetched once more",
    "CNA_PAD_CON0.pad_top": "at most 15, and the output's size fits: " + NUMBERS,
    "CNA_PAD_CON0.pad_left": "at most 15, and the output's size fits: " + NUMBERS,
    "CNA_FEATURE_DATA_ADDR.feature_base_addr": READS,
    "CNA_DCOMP_ADDR0.decompress_addr0": READS,
    "DPU_RDMA_RDMA_BS_BASE_ADDR.bs_base_addr": READS,
    "DPU_DST_BASE_ADDR.dst_base_addr": "still inside a writable buffer, apart from what is read",
    "CORE_CLIP_TRUNCATE.clip_truncate": "0 or 1, as in Mesa's streams: " + NUMBERS,
    "DPU_DATA_CUBE_CHANNEL.orig_channel": "needs the same kernels and writes the same channels",
    "DPU_BS_CFG.bs_relu_bypass": "a ReLU more or less: " + NUMBERS,
    "DPU_BN_RELUX_CMP_VALUE.bn_relux_cmp_dat": "another upper limit: " + NUMBERS,
    "DPU_EW_CFG.ew_relu_bypass": "a ReLU more: " + NUMBERS,
    "DPU_BS_CFG.bs_bypass": "a stage on whose parts are all off: it changes nothing",
    "DPU_BS_CFG.bs_mul_bypass": "a factor of 0: " + NUMBERS,
    "DPU_BS_CFG.bs_alu_algo": "of an ALU that is off",
    "DPU_BS_ALU_CFG.bs_alu_operand": "another addend: " + NUMBERS,
    "DPU_BS_MUL_CFG.bs_mul_operand": "another factor: " + NUMBERS,
    "DPU_BN_CFG.bn_bypass": "a stage on whose parts are all off: it changes nothing",
    "DPU_BN_CFG.bn_alu_algo": "of an ALU that is off",
    "DPU_BN_MUL_CFG.bn_mul_operand": "another factor above 0: " + NUMBERS,
    "DPU_EW_CFG.ew_op_type": "maximum or multiplication: " + NUMBERS,
    "DPU_EW_CFG.ew_alu_algo": "maximum, minimum, add or subtract: " + NUMBERS,
    "DPU_EW_CFG.ew_equal_en": "of a maximum: one party's has it, the other's has not",
    "DPU_EW_CFG.ew_data_mode": "of no tensor",
    "DPU_LUT_ACCESS_DATA.lut_access_data": "other entries, none alike and none 0: " + NUMBERS,
    "DPU_RDMA_RDMA_FEATURE_MODE_CFG.comb_use": "0 or 4: tasks with either have ended",
    "DPU_RDMA_RDMA_SRC_BASE_ADDR.src_base_addr": READS,
    "DPU_RDMA_RDMA_EW_BASE_ADDR.ew_base_addr": READS,
    "PPU_OPERATION_MODE_CFG.notch_addr": "lines further apart, in the same surface",
    "PPU_PADDING_VALUE_1_CFG.pad_value_0": "another byte, sign-extended: " + NUMBERS,
    "PPU_DST_BASE_ADDR.dst_base_addr": "still inside a writable buffer, apart from what is read",
    "PPU_RDMA_RDMA_SRC_BASE_ADDR.src_base_addr": READS,
    "PPU_RDMA_RDMA_SRC_SURF_STRIDE.src_surf_stride": READS,
    "DPU_BS_OW_OP.ow_op": "another zero point of the weights: " + NUMBERS,
    "DPU_OUT_CVT_OFFSET.out_cvt_offset": "another zero point: " + NUMBERS,
    "DPU_OUT_CVT_SCALE.out_cvt_scale": "another scale of 15 bits: " + NUMBERS,
    "DPU_OUT_CVT_SHIFT.out_cvt_shift": "another power of two: " + NUMBERS,
    "DPU_EW_CVT_OFFSET_VALUE.ew_op_cvt_offset": "another zero point: " + NUMBERS,
    "DPU_EW_CVT_SCALE_VALUE.ew_op_cvt_scale": "another scale of 15 bits: " + NUMBERS,
    "DPU_EW_CVT_SCALE_VALUE.ew_op_cvt_shift": "another power of two: " + NUMBERS,
}
