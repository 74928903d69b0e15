# SPDX-License-Identifier: MIT
"""Every rule of the validator about numbers: what is just outside is refused in its sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.material.rocket.damage import changed, message, value, with_fields
from tests.material.rocket.mesas_jobs import mesas_jobs
from tools.faults.jobs import Job, good_jobs

DIRECT, DEPTHWISE, CHANNELS, CONNECTED, ADDITION, TWO_TASKS = good_jobs()
ATOMS = "the last of DATAIN_CHANNEL's atoms has some channel"
CORE = "as CORE_DATAOUT_SIZE_0 and 1 have it"
MAP = "as CNA_DATA_SIZE0 and 1 have it"
GRAINS = "stride + kernel + 1 lines at least, and no more than ever ran"
KERNELS = "ORIG_CHANNEL + 1, made even; depthwise one"
ROWS = "windows over the rows and their padding"
COLUMNS = "windows over the columns and their padding"
GROUPS = "ORIG_CHANNEL in whole groups of 32, depthwise 64"
STEPS = "surfaces of a step - 1"
LINES = "whole lines, not fewer than the task writes"
BYTE = "a byte, sign-extended, or twice"
NOTCH = "each reader skips the rest of its surface and the other's"
SURFACES = "surfaces of whole lines that do not overlap, as many as make the output's"
UNITS = "64-byte units of a line"
DIGITS = "it has 15 significant bits"
ZERO_POINT = "it is an int8 zero point"
MINUS = "it is minus an int8 zero point"
EMPTY = "a map is not empty"
RDMA = "DPU_RDMA_RDMA"


@pytest.mark.parametrize(
    ("job", "field", "outside", "may"),
    [
        (CONNECTED, "CNA_CONV_CON2.feature_grains", 1, "2 to 1023: fewer lines never ran"),
        (DIRECT, "CNA_CONV_CON3.conv_y_stride", 0, "1 to 7: 0 is undefined"),
        (DIRECT, "CNA_CONV_CON3.conv_x_stride", 0, "1 to 7: 0 is undefined"),
        (DIRECT, "CNA_DATA_SIZE0.datain_width", 0, f"1 to 2047: {EMPTY}"),
        (DIRECT, "CNA_DATA_SIZE0.datain_height", 0, f"1 to 2047: {EMPTY}"),
        (DIRECT, "CNA_DATA_SIZE1.datain_channel", 15, "16 to 65520: channels come in atoms"),
        (DIRECT, "CNA_DATA_SIZE1.datain_channel", 65521, "16 to 65520: channels come in atoms"),
        (DIRECT, "CNA_DATA_SIZE2.dataout_width", 0, f"1 to 2047: {EMPTY}"),
        (DIRECT, "CNA_WEIGHT_SIZE2.weight_width", 0, "1 to 31: a kernel is not empty"),
        (DIRECT, "CNA_WEIGHT_SIZE2.weight_height", 0, "1 to 31: a kernel is not empty"),
        (DIRECT, "CNA_WEIGHT_SIZE2.weight_kernels", 0, "1 to 16383: a task has kernels"),
        (DIRECT, "CORE_CLIP_TRUNCATE.clip_truncate", 2, "0 to 1: no int8 stream shifted further"),
        (DIRECT, "DPU_BS_OW_OP.ow_op", -128, f"-127 to 128: {MINUS}"),
        (DIRECT, "DPU_BS_OW_OP.ow_op", 129, f"-127 to 128: {MINUS}"),
        (DIRECT, "DPU_OUT_CVT_OFFSET.out_cvt_offset", -129, f"-128 to 127: {ZERO_POINT}"),
        (DIRECT, "DPU_OUT_CVT_OFFSET.out_cvt_offset", 128, f"-128 to 127: {ZERO_POINT}"),
        (DIRECT, "DPU_OUT_CVT_SCALE.out_cvt_scale", 16383, f"16384 to 32767: {DIGITS}"),
        (DIRECT, "DPU_OUT_CVT_SCALE.out_cvt_scale", 32768, f"16384 to 32767: {DIGITS}"),
        (DIRECT, "DPU_OUT_CVT_SHIFT.out_cvt_shift", 0, "1 to 47: beyond, every output is 0"),
        (DIRECT, "DPU_OUT_CVT_SHIFT.out_cvt_shift", 48, "1 to 47: beyond, every output is 0"),
        (
            CONNECTED,
            "DPU_BN_RELUX_CMP_VALUE.bn_relux_cmp_dat",
            1 << 31,
            "0 to 2147483647: it is a positive int32",
        ),
        (
            CHANNELS,
            "DPU_BS_MUL_CFG.bs_mul_shift_value",
            21,
            "0 to 20: no product was shifted further",
        ),
        (ADDITION, "DPU_EW_CVT_OFFSET_VALUE.ew_op_cvt_offset", -128, f"-127 to 128: {MINUS}"),
        (ADDITION, "DPU_EW_CVT_OFFSET_VALUE.ew_op_cvt_offset", 129, f"-127 to 128: {MINUS}"),
        (ADDITION, "DPU_EW_CVT_SCALE_VALUE.ew_op_cvt_scale", 16383, f"16384 to 32767: {DIGITS}"),
        (ADDITION, "DPU_EW_CVT_SCALE_VALUE.ew_op_cvt_scale", -32768, f"16384 to 32767: {DIGITS}"),
    ],
)
def test_a_field_beyond_its_own_limits_is_refused(
    job: Job, field: str, outside: int, may: str
) -> None:
    bad = with_fields(job, {field: outside})
    assert message(bad) == f"task 0: {field} is {outside}, but it may be {may}"


@pytest.mark.parametrize(
    ("job", "field", "inside"),
    [
        (DIRECT, "CORE_CLIP_TRUNCATE.clip_truncate", 1),
        (DIRECT, "DPU_BS_OW_OP.ow_op", -127),
        (DIRECT, "DPU_BS_OW_OP.ow_op", 128),
        (DIRECT, "DPU_OUT_CVT_OFFSET.out_cvt_offset", -128),
        (DIRECT, "DPU_OUT_CVT_OFFSET.out_cvt_offset", 127),
        (DIRECT, "DPU_OUT_CVT_SCALE.out_cvt_scale", 16384),
        (DIRECT, "DPU_OUT_CVT_SCALE.out_cvt_scale", 32767),
        (DIRECT, "DPU_OUT_CVT_SHIFT.out_cvt_shift", 1),
        (DIRECT, "DPU_OUT_CVT_SHIFT.out_cvt_shift", 47),
        (CONNECTED, "CNA_CONV_CON2.feature_grains", 2),
        (CONNECTED, "DPU_BN_RELUX_CMP_VALUE.bn_relux_cmp_dat", 0),
        (CONNECTED, "DPU_BN_RELUX_CMP_VALUE.bn_relux_cmp_dat", 0x7FFFFFFF),
        (ADDITION, "DPU_EW_CVT_OFFSET_VALUE.ew_op_cvt_offset", -127),
        (ADDITION, "DPU_EW_CVT_OFFSET_VALUE.ew_op_cvt_offset", 128),
        (ADDITION, "DPU_EW_CVT_SCALE_VALUE.ew_op_cvt_scale", 16384),
        (ADDITION, "DPU_EW_CVT_SCALE_VALUE.ew_op_cvt_scale", 32767),
        (DIRECT, "CNA_CONV_CON2.feature_grains", 5),
        (DIRECT, "CNA_CONV_CON2.feature_grains", 80),
        (TWO_TASKS, "CNA_CONV_CON2.feature_grains", 92),
        (DIRECT, "CNA_DATA_SIZE1.datain_channel_real", 16),
        (DIRECT, "CNA_DATA_SIZE1.datain_channel_real", 31),
        (CONNECTED, "CNA_DATA_SIZE1.datain_channel_real", 48),
        (CONNECTED, "CNA_DATA_SIZE1.datain_channel_real", 63),
        (CONNECTED, "CNA_DATA_SIZE1.datain_channel_real", 112),
        (DEPTHWISE, "DPU_DATA_CUBE_CHANNEL.orig_channel", 48),
        (ADDITION, "CNA_CBUF_CON1.data_entries", 6),
        (DIRECT, "CNA_PAD_CON1.pad_value", 3),
        (DIRECT, "CNA_PAD_CON1.pad_value", 127),
        (DIRECT, "CNA_PAD_CON1.pad_value", -128),
        (DIRECT, "CNA_PAD_CON1.pad_value", -2),
        (DIRECT, "CNA_PAD_CON1.pad_value", -258),
    ],
)
def test_a_field_at_its_limits_passes(job: Job, field: str, inside: int) -> None:
    assert message(with_fields(job, {field: inside})) is None


@pytest.mark.parametrize(
    ("job", "field", "outside", "wanted"),
    [
        (DIRECT, "CNA_DATA_SIZE1.datain_channel", 33, "48: whole atoms"),
        (DIRECT, "CNA_DATA_SIZE1.datain_channel_real", 15, f"16 to 31: {ATOMS}"),
        (DIRECT, "CNA_DATA_SIZE1.datain_channel_real", 32, f"16 to 31: {ATOMS}"),
        (CONNECTED, "CNA_DATA_SIZE1.datain_channel_real", 47, f"48 to 63: {ATOMS}"),
        (CONNECTED, "CNA_DATA_SIZE1.datain_channel_real", 64, f"112 to 127: {ATOMS}"),
        (
            DIRECT,
            "CNA_DATA_SIZE0.datain_width",
            11,
            "10: as CNA_FC_DATA_SIZE0 has it, packed pixels at least 16",
        ),
        (DIRECT, "CNA_FC_DATA_SIZE0.dma_height", 8, f"9: {MAP}"),
        (DIRECT, "CNA_FC_DATA_SIZE1.dma_channel", 48, f"32: {MAP}"),
        (DIRECT, "CNA_CBUF_CON1.data_entries", 6, f"5: {UNITS}"),
        (ADDITION, "CNA_CBUF_CON1.data_entries", 7, f"8: {UNITS}"),
        (DIRECT, "CNA_CONV_CON2.feature_grains", 4, f"5 to 80: {GRAINS}"),
        (DIRECT, "CNA_CONV_CON2.feature_grains", 81, f"5 to 80: {GRAINS}"),
        (DEPTHWISE, "CNA_CONV_CON2.feature_grains", 5, f"6 to 80: {GRAINS}"),
        (TWO_TASKS, "CNA_CONV_CON2.feature_grains", 93, f"3 to 92: {GRAINS}"),
        (DIRECT, "CNA_WEIGHT_SIZE2.weight_kernels", 62, f"64: {KERNELS}"),
        (DEPTHWISE, "CNA_WEIGHT_SIZE2.weight_kernels", 2, f"1: {KERNELS}"),
        (
            DIRECT,
            "CNA_WEIGHT_SIZE1.weight_bytes_per_kernel",
            96,
            "288: kernel width x height x channels",
        ),
        (DIRECT, "CNA_WEIGHT_SIZE0.weight_bytes", 288, "18432: WEIGHT_SIZE1 x kernels"),
        (DIRECT, "CNA_PAD_CON1.pad_value", 772, f"4: {BYTE}"),
        (DIRECT, "CNA_PAD_CON1.pad_value", 254, f"-2: {BYTE}"),
        (DIRECT, "CNA_PAD_CON1.pad_value", -129, f"127: {BYTE}"),
        (DIRECT, "CORE_DATAOUT_SIZE_0.dataout_height", 6, f"7 to 22: {ROWS}"),
        (DIRECT, "CORE_DATAOUT_SIZE_0.dataout_height", 23, f"7 to 22: {ROWS}"),
        (DIRECT, "CORE_DATAOUT_SIZE_0.dataout_width", 7, f"8 to 23: {COLUMNS}"),
        (DIRECT, "CORE_DATAOUT_SIZE_0.dataout_width", 24, f"8 to 23: {COLUMNS}"),
        (DEPTHWISE, "CORE_DATAOUT_SIZE_0.dataout_height", 4, f"5 to 12: {ROWS}"),
        (DEPTHWISE, "CORE_DATAOUT_SIZE_0.dataout_width", 13, f"5 to 12: {COLUMNS}"),
        (DIRECT, "CORE_DATAOUT_SIZE_1.dataout_channel", 31, f"63: {GROUPS}"),
        (DEPTHWISE, "CORE_DATAOUT_SIZE_1.dataout_channel", 31, f"63: {GROUPS}"),
        (DIRECT, "CNA_DATA_SIZE2.dataout_width", 11, f"10: {CORE}"),
        (DIRECT, "CNA_DATA_SIZE3.dataout_atomics", 91, f"90: {CORE}"),
        (DIRECT, "DPU_DATA_CUBE_WIDTH.width", 8, f"9: {CORE}"),
        (DIRECT, "DPU_DATA_CUBE_HEIGHT.height", 9, f"8: {CORE}"),
        (DIRECT, "DPU_DATA_CUBE_CHANNEL.channel", 31, f"63: {CORE}"),
        (DIRECT, "DPU_WDMA_SIZE_0.channel_wdma", 31, f"63: {CORE}"),
        (DIRECT, "DPU_WDMA_SIZE_1.height_wdma", 9, f"8: {CORE}"),
        (DIRECT, "DPU_WDMA_SIZE_1.width_wdma", 8, f"9: {CORE}"),
        (DIRECT, "DPU_BS_OW_CFG.size_e_0", 3, f"1: {STEPS}"),
        (DIRECT, "DPU_BS_OW_CFG.size_e_1", 3, f"1: {STEPS}"),
        (DEPTHWISE, "DPU_BS_OW_CFG.size_e_2", 1, f"3: {STEPS}"),
        (DIRECT, "DPU_DST_SURF_STRIDE.dst_surf_stride", 91, f"90: {LINES}"),
        (DIRECT, "DPU_DST_SURF_STRIDE.dst_surf_stride", 80, f"90: {LINES}"),
        (
            DIRECT,
            "DPU_SURFACE_ADD.surf_add",
            360,
            "180: surfaces of a step x DST_SURF_STRIDE",
        ),
        (
            DEPTHWISE,
            "DPU_DATA_CUBE_CHANNEL.orig_channel",
            47,
            "48 to 63: depthwise tasks have as many channels as CNA_DATA_SIZE1",
        ),
        (
            DIRECT,
            "CNA_DMA_CON1.line_stride",
            10,
            "40: the lines that are fetched at once, without gaps",
        ),
        (DIRECT, "CNA_DMA_CON2.surf_stride", 51, f"50: {SURFACES}"),
        (DIRECT, "CNA_DMA_CON2.surf_stride", 49, f"nothing: {SURFACES}"),
        (CONNECTED, "DPU_BN_CFG.bn_relu_bypass", 1, "0: the stage clamps, or is left out"),
        (DIRECT, "DPU_BN_CFG.bn_relu_bypass", 0, "1: the stage clamps, or is left out"),
        (
            CONNECTED,
            "DPU_BN_CFG.bn_relux_en",
            0,
            "1: the stage has an upper limit, or is left out",
        ),
        (
            DIRECT,
            "DPU_BN_RELUX_CMP_VALUE.bn_relux_cmp_dat",
            1,
            "0: a value only where BN_RELUX_EN is 1",
        ),
        (DIRECT, f"{RDMA}_DATA_CUBE_WIDTH.width", 8, f"9: {CORE}"),
        (DIRECT, f"{RDMA}_DATA_CUBE_HEIGHT.height", 9, f"8: {CORE}"),
        (DIRECT, f"{RDMA}_DATA_CUBE_CHANNEL.channel", 31, f"63: {CORE}"),
        (
            CHANNELS,
            "DPU_DATA_FORMAT.bs_mul_shift_value_neg",
            2,
            "3: negative products are shifted as positive ones",
        ),
        (
            ADDITION,
            f"{RDMA}_EW_SURF_STRIDE.ew_surf_stride",
            32,
            "64: the addend lies as the output does",
        ),
        (ADDITION, f"{RDMA}_SURF_NOTCH.surf_notch_addr", 0, f"64: {NOTCH}"),
        (ADDITION, f"{RDMA}_EW_SURF_NOTCH.ew_surf_notch", 128, f"64: {NOTCH}"),
        (
            ADDITION,
            f"{RDMA}_EW_BASE_ADDR.ew_base_addr",
            0x12800,
            f"{0x12400}: one surface behind SRC_BASE_ADDR",
        ),
        (
            TWO_TASKS,
            "CNA_CBUF_CON0.data_bank",
            9,
            "10 to 11: banks for all lines of the task, and one left for weights",
        ),
    ],
)
def test_a_field_that_others_contradict_is_refused(
    job: Job, field: str, outside: int, wanted: str
) -> None:
    bad = with_fields(job, {field: outside})
    assert message(bad) == f"task 0: {field} is {outside}, but wanted is {wanted}"


@pytest.mark.parametrize(
    ("field", "outside", "wanted"),
    [
        (
            "CNA_DATA_SIZE0.datain_width",
            15,
            "16: as CNA_FC_DATA_SIZE0 has it, packed pixels at least 16",
        ),
        ("CNA_CBUF_CON1.data_entries", 127, f"128: {UNITS}"),
        ("CNA_DMA_CON1.line_stride", 64, "16: packed pixels are fetched line by line"),
        ("CNA_DMA_CON2.surf_stride", 128, "112: packed pixels are one surface"),
    ],
)
def test_packed_pixels_lie_line_by_line(
    shared: Path, field: str, outside: int, wanted: str
) -> None:
    """Mesa's input of one channel: 8 x 8, in lines of 16."""
    job = next(mesas_jobs(shared, 4096, "g_conv_8_k5_ic1_oc32_s1_p0"))
    assert message(job) is None
    bad = with_fields(job, {field: outside})
    assert message(bad) == f"task 0: {field} is {outside}, but wanted is {wanted}"


def test_packed_pixels_end_with_their_buffer(shared: Path) -> None:
    job = next(mesas_jobs(shared, 4096, "g_conv_8_k5_ic1_oc32_s1_p0"))
    name = "CNA_FEATURE_DATA_ADDR"
    end = next(b.end for b in job.buffers if b.address <= value(job, name) < b.end)
    assert message(changed(job, **{name: end - 128})) is None
    found = message(changed(job, **{name: end - 112})) or ""
    assert f"its 128 bytes from {end - 112:#x} to {end + 16:#x} leave the buffer" in found
