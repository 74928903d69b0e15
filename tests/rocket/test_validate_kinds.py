# SPDX-License-Identifier: MIT
"""Tasks that are no plain convolution: good ones pass, damaged ones are refused or harmless."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pytest

from npucore_rocket import stream
from npucore_rocket.chip import RK3568
from npucore_rocket.registers import dpu_lut
from npucore_rocket.registers import dpu_stages as s
from npucore_rocket.stream import OFFSET_BITS, OFFSET_MASK, Words
from npucore_rocket.validate.error import StreamError
from npucore_rocket.validate.kinds import classify
from npucore_rocket.validate.words import read
from tests.material.rocket.damage import changed, message, numbers_only, value, with_fields
from tools.faults.alone import (
    alone,
    copy,
    looked_up,
    tables,
    two_maps,
    with_tables,
    without_port,
)
from tools.faults.count import damaged, refused
from tools.faults.inject import CLASSES
from tools.faults.jobs import Job
from tools.faults.legal import LEGAL
from tools.faults.simulate import simulate
from tools.faults.streams import hand_made, job

JOBS = hand_made()
COPY, SUM, MAXIMUM, POOL, AVERAGE, TRANSPOSED, DILATED, *_, TABLE, FUSED = JOBS
LOOKED_UP = alone(looked_up())
SHARE = 0.04
RDMA = "DPU_RDMA_RDMA"
KERNEL = "PPU_POOLING_KERNEL_CFG"


@pytest.mark.parametrize("good", JOBS, ids=lambda good: good.name)
def test_good_tasks_pass_and_run(good: Job) -> None:
    good.check()
    simulate(good)


@pytest.mark.parametrize("good", JOBS, ids=lambda good: good.name)
def test_damage_is_refused_or_harmless_and_runs(good: Job) -> None:
    """A sample; the page of faults has all of them."""
    for fault in CLASSES:
        for where, bad in damaged(good, fault, SHARE):
            if refused(bad) is None:
                assert where in LEGAL
                with numbers_only():
                    simulate(bad)


Fields = Mapping[str, int]
CASES: list[tuple[Job, Fields, str]] = [
    (COPY, {"DPU_DATA_CUBE_CHANNEL.orig_channel": 7}, "orig_channel is 7, but it is 15 in every"),
    (COPY, {"DPU_DATA_CUBE_WIDTH.width": 8191}, "width is 8191, but it may be 0 to 8190: wider"),
    (COPY, {"DPU_DATA_FORMAT.proc_precision": 2}, "proc_precision is 2, but it is 0 in every"),
    (COPY, {"DPU_BS_OW_CFG.od_bypass": 0}, "od_bypass is 0, but it is 1 in every known"),
    (
        COPY,
        {f"{RDMA}_FEATURE_MODE_CFG.comb_use": 5},
        "comb_use is 5, but wanted is 0: with 1 and 5",
    ),
    (COPY, {f"{RDMA}_ERDMA_CFG.erdma_disable": 0}, "erdma_disable is 0, but it is 1 in every"),
    (COPY, {"DPU_SURFACE_ADD.surf_add": 3}, "surf_add is 3, but wanted is 30: one or two"),
    (COPY, {"DPU_BS_CFG.bs_relu_bypass": 0}, "bs_relu_bypass is 0, but wanted is 1: the stage is"),
    (SUM, {"DPU_EW_CFG.ew_alu_algo": 3}, "ew_alu_algo is 3, but wanted is 0: maximum, minimum"),
    (SUM, {"DPU_EW_CFG.ew_equal_en": 1}, "ew_equal_en is 1, but wanted is 0: of maximum and"),
    (SUM, {"DPU_EW_CFG.edata_size": 2}, "edata_size is 2, but it is 1 in every known task"),
    (SUM, {"DPU_EW_CFG.ew_cvt_type": 0}, "ew_cvt_type is 0, but wanted is 1: it adds first"),
    (SUM, {"DPU_EW_CVT_SCALE_VALUE.ew_op_cvt_scale": 0}, "wanted is 1: 1 if the converter is"),
    (SUM, {"DPU_BS_MUL_CFG.bs_mul_shift_value": 32}, "may be 0 to 31: 32 bits of a product are"),
    (SUM, {"DPU_BS_MUL_CFG.bs_mul_shift_value": 3}, "wanted is 3: negative products are shifted"),
    (SUM, {f"{RDMA}_EW_SURF_STRIDE.ew_surf_stride": 31}, "wanted is 30: all pixels, or 12 at"),
    (MAXIMUM, {"DPU_EW_OP_VALUE_7.ew_operand_7": 3}, "wanted is 4294967287: all eight are alike"),
    (MAXIMUM, {"DPU_EW_CFG.ew_op_cvt_bypass": 0}, "ew_op_cvt_bypass is 0, but it is 1 in every"),
    (TABLE, {"DPU_EW_CFG.ew_op_bypass": 0}, "ew_op_bypass is 0, but it is 1 in every known"),
    (TABLE, {"DPU_BN_ALU_CFG.bn_alu_operand": 9}, "bn_alu_operand is 9, but it is 0 in every"),
    (TABLE, {"DPU_BN_MUL_CFG.bn_mul_operand": 32768}, "may be 1 to 32767: the sign chooses"),
    (TABLE, {"DPU_DATA_FORMAT.bn_mul_shift_value_neg": 5}, "5, but wanted is 7: negative products"),
    (TABLE, {"DPU_LUT_INFO.lut_le_index_select": 6}, "lut_le_index_select is 6, but it is 5 in"),
    (TABLE, {"DPU_LUT_LE_SLOPE_SCALE.lut_le_slope_uflow_scale": 1}, "is 1, but it is 0 in every"),
    (TABLE, {"DPU_DATA_CUBE_WIDTH.width": 8190}, "width is 8190, but it may be 0 to 8189: wider"),
    (FUSED, {"DPU_BN_CFG.bn_relu_bypass": 0}, "bn_relu_bypass is 0, but wanted is 1: the table"),
    (POOL, {"PPU_OPERATION_MODE_CFG.pooling_method": 3}, "is 3, but it may be 0 to 2: average,"),
    (POOL, {f"{KERNEL}.kernel_width": 8}, "kernel_width is 8, but it may be 0 to 7: larger ones"),
    (POOL, {f"{KERNEL}.kernel_stride_width": 2}, "is 2, but wanted is nothing: windows that tile"),
    (POOL, {"PPU_DATA_CUBE_OUT_HEIGHT.cube_out_height": 1}, "wanted is 2: windows that tile the"),
    (POOL, {"PPU_POOLING_PADDING_CFG.pad_left": 3}, "pad_left is 3, but wanted is 0 to 2: less"),
    (POOL, {"PPU_RECIP_KERNEL_WIDTH.recip_kernel_width": 1}, "wanted is 0: 65536 by the kernel's"),
    (AVERAGE, {"PPU_RECIP_KERNEL_WIDTH.recip_kernel_width": 0}, "wanted is 32768: 65536 by the"),
    (POOL, {"PPU_PADDING_VALUE_1_CFG.pad_value_0": 0x80}, "wanted is 524160: a byte whose sign"),
    (POOL, {"PPU_DST_SURF_STRIDE.dst_surf_stride": 8}, "is 8, but wanted is 9 to 268435455"),
    (POOL, {"PPU_DATA_FORMAT.index_add": 9}, "index_add is 9, but wanted is 12: as DST_SURF"),
    (POOL, {"PPU_RDMA_RDMA_DATA_FORMAT.in_precision": 0}, "in_precision is 0, but it is 1 in"),
    (POOL, {"PPU_RDMA_RDMA_SRC_SURF_STRIDE.src_surf_stride": 34}, "is 34, but wanted is 35 to"),
    (TRANSPOSED, {"CNA_CONV_CON3.deconv_y_stride": 2}, "is 2, but wanted is 1: one less than 1,"),
    (TRANSPOSED, {"CNA_CONV_CON3.conv_x_stride": 2}, "a transposed convolution has no other"),
    (TRANSPOSED, {"CNA_CONV_CON3.atrous_x_dilation": 1}, "atrous_x_dilation is 1, but wanted is 0"),
    (
        DILATED,
        {"CNA_CONV_CON3.atrous_x_dilation": 17},
        "is 17, but it may be 0 to 16: taps further",
    ),
    (DILATED, {"CNA_CONV_CON3.conv_x_stride": 2}, "without a stride: nothing else was dilated"),
    (DILATED, {"CNA_CONV_CON3.deconv_x_stride": 1}, "deconv_x_stride is 1, but it is 0 in every"),
]


def ids(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, dict) else ""


@pytest.mark.parametrize(("good", "fields", "why"), CASES, ids=ids)
def test_what_is_not_known_to_work_is_refused(good: Job, fields: Fields, why: str) -> None:
    found = message(with_fields(good, fields))
    assert found is not None
    assert why in found


def test_a_transposed_convolution_spreads_at_least_one_axis() -> None:
    none = {"CNA_CONV_CON3.deconv_y_stride": 0, "CNA_CONV_CON3.deconv_x_stride": 0}
    assert "one of both axes more than 1" in (message(with_fields(TRANSPOSED, none)) or "")


@pytest.mark.parametrize(("apart", "refused_"), [(1, True), (3, False)])
def test_paddings_from_12_on_are_misplaced_at_a_stride_of_2(apart: int, refused_: bool) -> None:
    fields = {
        "CNA_CONV_CON3.deconv_y_stride": apart,
        "CNA_PAD_CON0.pad_top": 12,
    }
    found = message(with_fields(TRANSPOSED, fields)) or ""
    assert ("wanted is 0 to 11: at a stride of 2" in found) == refused_


@pytest.mark.parametrize(
    ("kernel", "stride", "widest"), [(2, 1, 65), (3, 1, 34), (3, 2, 129), (5, 4, 20), (5, 5, 129)]
)
def test_pools_are_as_wide_as_tasks_that_ended(kernel: int, stride: int, widest: int) -> None:
    """The first one has 64 columns out, as many as anybody wrote."""

    def wide(width: int) -> Job:
        out = (width - kernel) // stride + 1
        used = (out - 1) * stride + kernel
        return with_fields(
            POOL,
            {
                f"{KERNEL}.kernel_width": kernel - 1,
                f"{KERNEL}.kernel_height": 0,
                f"{KERNEL}.kernel_stride_width": stride - 1,
                f"{KERNEL}.kernel_stride_height": stride - 1 if kernel != 2 else 0,
                "PPU_POOLING_PADDING_CFG.pad_top": 0,
                "PPU_POOLING_PADDING_CFG.pad_bottom": 0,
                "PPU_DATA_CUBE_IN_HEIGHT.cube_in_height": 0,
                "PPU_RDMA_RDMA_CUBE_IN_HEIGHT.cube_in_height": 0,
                "PPU_DATA_CUBE_OUT_HEIGHT.cube_out_height": 0,
                "PPU_DATA_CUBE_IN_WIDTH.cube_in_width": used - 1,
                "PPU_RDMA_RDMA_CUBE_IN_WIDTH.cube_in_width": used - 1,
                "PPU_RDMA_RDMA_SRC_LINE_STRIDE.src_line_stride": used,
                "PPU_RDMA_RDMA_SRC_SURF_STRIDE.src_surf_stride": used,
                "PPU_DATA_CUBE_OUT_WIDTH.cube_out_width": out - 1,
                "PPU_DST_SURF_STRIDE.dst_surf_stride": out,
                "PPU_DATA_FORMAT.index_add": out,
            },
        )

    assert message(wide(widest)) is None
    assert "wide" in (message(wide(widest + stride)) or "")


@pytest.mark.parametrize(
    ("good", "name", "size"),
    [
        (SUM, f"{RDMA}_SRC_BASE_ADDR", 480),
        (SUM, f"{RDMA}_EW_BASE_ADDR", 480),
        (SUM, "DPU_DST_BASE_ADDR", 480),
        (POOL, "PPU_RDMA_RDMA_SRC_BASE_ADDR", 2 * 35 * 16),
        (POOL, "PPU_DST_BASE_ADDR", (12 + 9) * 16),
    ],
)
def test_an_access_ends_with_its_buffer_or_is_refused(good: Job, name: str, size: int) -> None:
    end = next(b.end for b in good.buffers if b.writable)
    assert message(changed(good, **{name: end - size})) is None
    found = message(changed(good, **{name: end - size + 16})) or ""
    assert f"its {size} bytes from" in found
    assert "leave the buffer" in found


@pytest.mark.parametrize("good", [COPY, SUM, POOL], ids=lambda good: good.name)
def test_nothing_is_written_over_what_is_read(good: Job) -> None:
    out = "PPU_DST_BASE_ADDR" if good is POOL else "DPU_DST_BASE_ADDR"
    source = "PPU_RDMA_RDMA_SRC_BASE_ADDR" if good is POOL else f"{RDMA}_SRC_BASE_ADDR"
    found = message(changed(good, **{out: value(good, source)})) or ""
    assert "what it writes overlaps what" in found


def table_words(words: Words) -> npt.NDArray[np.intp]:
    """Places of the tables' entries."""
    return np.flatnonzero(words & np.uint64(OFFSET_MASK) == dpu_lut.DPU_LUT_ACCESS_DATA.offset)


def with_entry(number: int, entry: int, more: int = 1) -> Job:
    """Another value in *more* entries of LE and LO together, from *number* on."""
    words = TABLE.tasks[0].words.copy()
    data = stream.clear(dpu_lut.DPU_LUT_ACCESS_DATA) | (entry & 0xFFFFFFFF) << OFFSET_BITS
    words[table_words(words)[number : number + more]] = np.uint64(data)
    return TABLE.with_task(0, words)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (with_entry(7, 0), "entry 7 of both tables is 0, but a board read such an entry as about"),
        (with_entry(7, 5, 3), "entry 7 of both tables is 5, as the 2 behind it, but flat runs"),
        (with_entry(512, 5), "the last entry of LE is 5, but the first of LO is -32: values"),
        (with_entry(9, 0x8000), "DPU_LUT_ACCESS_DATA is 0x8000, but entries are int16 with their"),
    ],
    ids=["zero", "flat", "ends", "width"],
)
def test_entries_that_decode_to_something_else_are_refused(bad: Job, why: str) -> None:
    assert why in (message(bad) or "")


def test_two_entries_alike_and_a_zero_at_zero_pass() -> None:
    """As in the vendor's tables."""
    assert message(with_entry(7, 5, 2)) is None
    assert message(with_entry(512, 0, 2)) is None


def test_a_table_is_whole_and_at_a_stretch() -> None:
    words = TABLE.tasks[0].words
    places = table_words(words)
    shape = "but a table is 513 entries of LE and then 513 of LO, at a stretch"
    for bad in (
        np.delete(words, places[5]),
        np.delete(words, places[513] - 1),
        np.insert(words, places[600], words[0]),
        np.concatenate([words[:-4], tables(), words[-4:]]),
    ):
        assert shape in (message(TABLE.with_task(0, bad)) or "")


def test_a_table_behind_the_other_registers_is_as_good() -> None:
    """One party's streams have it at the end."""
    plain = without_port(LOOKED_UP)
    words = job("late", np.concatenate([plain[:-4], tables(), plain[-4:]]))
    assert message(words) is None


def test_a_table_before_its_pointer_is_refused() -> None:
    words = np.concatenate([tables(), without_port(LOOKED_UP)])
    assert "DPU_S_POINTER is behind the tables" in (message(job("early", words)) or "")


def test_a_table_is_a_job_s() -> None:
    loaded = with_tables(LOOKED_UP)
    assert message(job("its own", loaded, LOOKED_UP)) is None
    alone_ = message(job("another's", LOOKED_UP, loaded)) or ""
    assert alone_.startswith("task 0: DPU_EW_CFG.ew_lut_bypass is 0, but this job has loaded no")


def test_a_table_that_nothing_takes_is_refused() -> None:
    pointless = with_tables(alone([*looked_up(), *copy(), s.DPU_BN_CFG.decode(0x53)]))
    assert "of every known" not in (message(job("idle", pointless)) or "")
    assert refused(job("idle", pointless)) is not None


def test_weights_do_not_last_through_a_task_of_the_dpu() -> None:
    kept = with_fields(DILATED, {"CNA_CBUF_CON0.weight_reuse": 1}).tasks[0].words
    words = DILATED.tasks[0].words
    assert message(job("kept", words, kept)) is None
    between = message(job("lost", words, alone(two_maps()), kept)) or ""
    assert "weight_reuse is 1, but the task before is the DPU alone" in between


def test_the_half_width_chip_has_no_such_tasks() -> None:
    reading = read(COPY.tasks[0].words)
    with pytest.raises(StreamError, match="no such task of the RK3568 is known"):
        classify(reading, RK3568)
