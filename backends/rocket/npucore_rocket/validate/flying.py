# SPDX-License-Identifier: MIT
"""Tasks of the DPU alone: one int8 surface of 16 channels from memory through its stages.

Source: facts of 2026-11, 0.10, A7, A8; rocket hardware reference 6.1, 6.3, 6.4. Bytes as they are
are proven, a table is shown; numbers before and behind are the vendor's and a sibling's. Only one
surface is taken, with lines side by side, and never over what is read: no source has more.
"""

from __future__ import annotations

from collections.abc import Iterator

from npucore_rocket.registers import dpu as d
from npucore_rocket.registers import dpu_rdma as r
from npucore_rocket.registers import dpu_stages as s
from npucore_rocket.validate import looked_up, operation, stages
from npucore_rocket.validate.limits import MOST_SHIFT, Limit, free
from npucore_rocket.validate.relation import Relation, one_of, same
from npucore_rocket.validate.settings import (
    ALTERNATE,
    BURST,
    NO_ADDEND,
    READERS,
    TO_MEMORY,
    Settings,
)
from npucore_rocket.validate.task import FLYING, Task
from npucore_rocket.validate.words import Reading

EW, FORMAT = s.DPU_EW_CFG, d.DPU_DATA_FORMAT
MODE = r.DPU_RDMA_RDMA_ERDMA_CFG.erdma_data_mode
PER_CHANNEL = 0
LAST_CHANNEL, LAST_HALF = 15, 7
LAST_PIXEL = 8190  # of a line or column: 13 bits hold one more
LAST_LOOKED_UP = 8189  # of a line: one more garbles some (facts of 2026-11, A7)
FP16 = 2
LEAST_STRIDE = 12  # that some write for smaller surfaces
PIXELS = "as DPU_DATA_CUBE has it"

SETTINGS: Settings = (
    *READERS,
    d.DPU_S_POINTER(**ALTERNATE),
    d.DPU_FEATURE_MODE_CFG(burst_len=BURST, output_mode=TO_MEMORY, flying_mode=1),
    s.DPU_BS_OW_CFG(od_bypass=1),
    r.DPU_RDMA_RDMA_FEATURE_MODE_CFG(burst_len=BURST, flying_mode=1),
)


def _atoms(last: int) -> Settings:
    """Of so many channels less one."""
    return (
        d.DPU_DATA_CUBE_CHANNEL(orig_channel=last, channel=last),
        d.DPU_WDMA_SIZE_0(channel_wdma=last),
        r.DPU_RDMA_RDMA_DATA_CUBE_CHANNEL(channel=last),
    )


BYTES = _atoms(LAST_CHANNEL)
HALVES = (
    *_atoms(LAST_HALF),
    d.DPU_DATA_FORMAT(in_precision=FP16, proc_precision=FP16, out_precision=FP16),
    s.DPU_BS_CFG(bs_bypass=1, bs_alu_bypass=1, bs_mul_bypass=1, bs_relu_bypass=1),
    s.DPU_OUT_CVT_SCALE(out_cvt_scale=1, fp32tofp16_en=1),
    r.DPU_RDMA_RDMA_FEATURE_MODE_CFG(in_precision=FP16, proc_precision=FP16, mrdma_fp16tofp32_en=1),
)
ALONE = (r.DPU_RDMA_RDMA_ERDMA_CFG(erdma_disable=1),)
COPY, TWO_MAPS, TWO_HALVES, NUMBER, TABLE, HALF_TABLE = (
    f"{FLYING}, {what}"
    for what in (
        "one map",
        "two maps",
        "two maps of fp16",
        "a map and a number",
        "a map and a table",
        "a map of fp16 and a table",
    )
)
FAMILIES: dict[str, Settings] = {
    COPY: (*BYTES, *NO_ADDEND, *ALONE),
    TWO_HALVES: (
        *HALVES,
        s.DPU_BN_CFG(bn_bypass=1, bn_alu_bypass=1, bn_mul_bypass=1, bn_relu_bypass=1),
        EW(edata_size=2, ew_lut_bypass=1, ew_op_src=1, ew_relu_bypass=1),
        s.DPU_EW_CVT_SCALE_VALUE(ew_op_cvt_scale=1),
        r.DPU_RDMA_RDMA_ERDMA_CFG(erdma_data_size=2),
    ),
    TWO_MAPS: (
        *BYTES,
        EW(ew_data_mode=1, edata_size=1, ew_lut_bypass=1, ew_op_src=1),
        r.DPU_RDMA_RDMA_ERDMA_CFG(erdma_data_mode=1, erdma_data_size=1),
    ),
    NUMBER: (
        *BYTES,
        EW(edata_size=1, ew_lut_bypass=1, ew_op_cvt_bypass=1),
        s.DPU_EW_CVT_SCALE_VALUE(ew_op_cvt_scale=1),
        *ALONE,
    ),
    TABLE: (*BYTES, *looked_up.SETTINGS, *ALONE),
    HALF_TABLE: (*HALVES, *looked_up.SETTINGS, *looked_up.OF_HALVES, *ALONE),
}


def family(reading: Reading) -> str:
    """Of what the element-wise stage does."""
    if reading.field(EW, EW.ew_bypass):
        return COPY
    if not reading.field(EW, EW.ew_lut_bypass):
        return HALF_TABLE if reading.field(FORMAT, FORMAT.in_precision) else TABLE
    if not reading.field(EW, EW.ew_op_src):
        return NUMBER
    return TWO_HALVES if reading.field(FORMAT, FORMAT.in_precision) else TWO_MAPS


COMMON = (
    free(d.DPU_DST_BASE_ADDR.dst_base_addr),
    free(d.DPU_DST_SURF_STRIDE.dst_surf_stride),
    Limit(d.DPU_DATA_CUBE_HEIGHT.height, 0, LAST_PIXEL, "13 bits, and one less for care"),
    free(d.DPU_WDMA_SIZE_1.height_wdma),
    free(d.DPU_WDMA_SIZE_1.width_wdma),
    free(d.DPU_SURFACE_ADD.surf_add),
    free(r.DPU_RDMA_RDMA_DATA_CUBE_WIDTH.width),
    free(r.DPU_RDMA_RDMA_DATA_CUBE_HEIGHT.height),
    free(r.DPU_RDMA_RDMA_SRC_BASE_ADDR.src_base_addr),
    free(r.DPU_RDMA_RDMA_FEATURE_MODE_CFG.comb_use),
)


CONVERTER = (
    Limit(s.DPU_OUT_CVT_OFFSET.out_cvt_offset, -128, 127, "it is an int8 zero point"),
    Limit(s.DPU_OUT_CVT_SCALE.out_cvt_scale, 1, (1 << 15) - 1, "it has a sign"),
    Limit(s.DPU_OUT_CVT_SHIFT.out_cvt_shift, 0, MOST_SHIFT, "beyond, every output is 0"),
)
HALF_LIMITS = (
    Limit(EW.ew_data_mode, 0, 1, "per channel or per pixel"),
    Limit(MODE, 0, 1, "per channel or per pixel"),
    free(EW.ew_op_type),
    Limit(EW.ew_alu_algo, operation.MAXIMUM, operation.SUBTRACT, "others are not simulated"),
    free(EW.ew_equal_en),
    free(EW.ew_op_cvt_bypass),
    free(r.DPU_RDMA_RDMA_EW_BASE_ADDR.ew_base_addr),
    free(r.DPU_RDMA_RDMA_EW_SURF_STRIDE.ew_surf_stride),
)


def limits(family: str) -> Iterator[Limit]:
    """Of the fields that differ from task to task."""
    yield from COMMON
    if family == TWO_HALVES:
        yield Limit(d.DPU_DATA_CUBE_WIDTH.width, 0, LAST_PIXEL, "13 bits, and one less for care")
        yield from HALF_LIMITS
        return
    if family == HALF_TABLE:
        yield Limit(d.DPU_DATA_CUBE_WIDTH.width, 0, LAST_LOOKED_UP, "wider maps are garbled")
        yield looked_up.GAIN_OF_HALVES
        return
    yield from CONVERTER
    yield from stages.BS_LIMITS
    last = LAST_LOOKED_UP if family == TABLE else LAST_PIXEL
    yield Limit(d.DPU_DATA_CUBE_WIDTH.width, 0, last, "wider maps are garbled at their end")
    if family == TABLE:
        yield from looked_up.LIMITS
        yield from stages.BN_CLAMPS
    else:
        yield from stages.BN_LIMITS
        yield from stages.BN_CLAMPS
    if family == TWO_MAPS:
        yield from operation.LIMITS
        yield from operation.MAP_LIMITS
    if family == NUMBER:
        yield from operation.LIMITS
        yield from operation.NUMBER_LIMITS


def pixels(t: Task) -> int:
    """Of the surface."""
    return (t[d.DPU_DATA_CUBE_HEIGHT.height] + 1) * (t[d.DPU_DATA_CUBE_WIDTH.width] + 1)


def for_all(t: Task) -> bool:
    """Whether the second operand is an atom for every pixel."""
    return t.kind.family == TWO_HALVES and t[MODE] == PER_CHANNEL


def operand_stride(t: Task) -> int:
    """EW_SURF_STRIDE: the surface, or as much as the vendor writes at least; of one it is idle.

    An operand for all pixels is one atom.
    """
    if for_all(t):
        return 1
    bits = r.DPU_RDMA_RDMA_EW_SURF_STRIDE.ew_surf_stride
    return one_of(t, bits, pixels(t), max(pixels(t), LEAST_STRIDE))


def _width(t: Task) -> int:
    return t[d.DPU_DATA_CUBE_WIDTH.width]


def _height(t: Task) -> int:
    return t[d.DPU_DATA_CUBE_HEIGHT.height]


SIZES = (
    same(d.DPU_WDMA_SIZE_1, d.DPU_WDMA_SIZE_1.height_wdma, _height, PIXELS),
    same(d.DPU_WDMA_SIZE_1, d.DPU_WDMA_SIZE_1.width_wdma, _width, PIXELS),
    same(r.DPU_RDMA_RDMA_DATA_CUBE_WIDTH, r.DPU_RDMA_RDMA_DATA_CUBE_WIDTH.width, _width, PIXELS),
    same(
        r.DPU_RDMA_RDMA_DATA_CUBE_HEIGHT, r.DPU_RDMA_RDMA_DATA_CUBE_HEIGHT.height, _height, PIXELS
    ),
    same(d.DPU_DST_SURF_STRIDE, d.DPU_DST_SURF_STRIDE.dst_surf_stride, pixels, "all pixels"),
    same(
        d.DPU_SURFACE_ADD,
        d.DPU_SURFACE_ADD.surf_add,
        lambda t: one_of(t, d.DPU_SURFACE_ADD.surf_add, pixels(t), 2 * pixels(t)),
        "one or two surfaces: of one it is idle",
    ),
    same(
        r.DPU_RDMA_RDMA_FEATURE_MODE_CFG,
        r.DPU_RDMA_RDMA_FEATURE_MODE_CFG.comb_use,
        lambda t: one_of(t, r.DPU_RDMA_RDMA_FEATURE_MODE_CFG.comb_use, 0, 4),
        "with 1 and 5 no task has ended",
    ),
)
HALF_RELATIONS = (
    same(EW, EW.ew_data_mode, lambda t: t[MODE], "as DPU_RDMA_RDMA_ERDMA_CFG has it"),
    same(
        EW,
        EW.ew_op_cvt_bypass,
        lambda t: t[EW.ew_op_type],
        "the converter is live, but for products: else no task has ended",
    ),
    same(EW, EW.ew_equal_en, lambda _: 0, "the simulator knows none of fp16"),
)
OPERAND: tuple[Relation, ...] = (
    same(
        r.DPU_RDMA_RDMA_EW_SURF_STRIDE,
        r.DPU_RDMA_RDMA_EW_SURF_STRIDE.ew_surf_stride,
        operand_stride,
        "all pixels, or 12 at least",
    ),
)


def relations(t: Task) -> Iterator[tuple[Relation, ...]]:
    """All that a task of this kind has to keep."""
    yield SIZES
    if t.kind.family == HALF_TABLE:
        return
    if t.kind.family == TWO_HALVES:
        yield OPERAND
        yield operation.RELATIONS
        yield HALF_RELATIONS
        return
    yield stages.BS_RELATIONS
    yield looked_up.RELATIONS if t.kind.family == TABLE else stages.BN_RELATIONS
    if t.kind.family == TWO_MAPS:
        yield OPERAND
        yield operation.RELATIONS
        yield operation.MAP_RELATIONS
    if t.kind.family == NUMBER:
        yield operation.RELATIONS
        yield operation.NUMBER_RELATIONS
