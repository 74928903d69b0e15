# SPDX-License-Identifier: MIT
"""The DPU's stages and its writer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from npucore.hw.registers import Register
from npucore_rocket.registers import core, dpu, dpu_rdma, dpu_stages
from npucore_rocket.sim import Options, Rounding, SimulationError
from tests.material.rocket import sim_board
from tests.material.rocket.sim_board import (
    FILL,
    Board,
    converted,
    load,
    result,
    sums,
    tiny,
)
from tests.material.rocket.sim_words import Layer, changed, convolution, unpack

Ints = npt.NDArray[np.int64]

TWO_SURFACES = Layer((4, 3), 16, 40, out_size=(4, 3), shift=21)


def run(layer: Layer, *others: Register, options: Options | None = None) -> Board:
    board = Board(options)
    load(board, layer)
    board.start(changed(convolution(layer), *others))
    return board


def refusal(*others: Register) -> str:
    with pytest.raises(SimulationError) as caught:
        run(tiny(), *others)
    return str(caught.value)


def test_padding_lanes_hold_offset_pend() -> None:
    layer = TWO_SURFACES
    board = run(layer, dpu.DPU_OFFSET_PEND(offset_pend=0xFFEE))
    lanes = unpack(board.buffers[layer.output], layer.out_size, layer.written)
    assert (lanes[..., layer.kernels :] == np.int8(-18)).all()


def test_depthwise_padding_lanes_hold_offset_pend() -> None:
    layer = tiny(depthwise=True)
    board = run(layer, dpu.DPU_OFFSET_PEND(offset_pend=0x11))
    lanes = unpack(board.buffers[layer.output], layer.out_size, layer.written)
    assert (lanes[..., layer.kernels :] == 0x11).all()
    np.testing.assert_array_equal(lanes[..., : layer.kernels], converted(layer, sums(layer)))


def test_channels_beyond_the_writer_s_are_not_written() -> None:
    layer = TWO_SURFACES
    board = run(layer, dpu.DPU_WDMA_SIZE_0(channel_wdma=47))
    surfaces = board.buffers[layer.output][: 64 * 12].reshape(4, -1)
    assert (surfaces[3] == FILL).all()
    np.testing.assert_array_equal(result(board, layer), converted(layer, sums(layer)))


def test_relu_comes_before_the_conversion() -> None:
    layer = tiny()
    config = dpu_stages.DPU_BS_CFG(bs_alu_algo=2, bs_alu_src=1, bs_mul_bypass=1)
    board = run(layer, config)
    np.testing.assert_array_equal(
        result(board, layer), converted(layer, np.maximum(sums(layer), 0))
    )


def test_relux_limits_the_accumulator() -> None:
    layer = tiny()
    config = dpu_stages.DPU_BS_CFG(bs_alu_algo=2, bs_alu_src=1, bs_mul_bypass=1, bs_relux_en=1)
    board = run(layer, config, dpu_stages.DPU_BS_RELUX_CMP_VALUE(bs_relux_cmp_dat=9000))
    wanted = converted(layer, sums(layer).clip(0, 9000))
    np.testing.assert_array_equal(result(board, layer), wanted)


def per_channel(layer: Layer, factors: Ints, offsets: Ints, shifts: tuple[int, int]) -> Board:
    """A run with a multiplier and an OW operand for each channel; *shifts* up and down from 0."""
    stream = np.zeros(
        layer.written // 8, [("bias", "<i4", 8), ("ow", "<i2", 8), ("multiplier", "<i2", 8)]
    )
    stream["bias"] = sim_board.tensors(layer)[2].reshape(-1, 8)
    stream["ow"], stream["multiplier"] = offsets.reshape(-1, 8), factors.reshape(-1, 8)
    board = Board(Options())
    load(board, layer)
    board.put(layer.bias, stream)
    config = dpu_stages.DPU_BS_CFG(bs_alu_algo=2, bs_alu_src=1, bs_relu_bypass=1)
    assert config.word == 0x20140
    board.start(
        changed(
            convolution(layer),
            config,
            dpu_stages.DPU_BS_MUL_CFG(bs_mul_src=1, bs_mul_shift_value=shifts[0]),
            dpu_stages.DPU_BS_OW_CFG(size_e_0=1, size_e_1=1, size_e_2=1, ow_src=1),
            dpu.DPU_DATA_FORMAT(bs_mul_shift_value_neg=shifts[1]),
            dpu_rdma.DPU_RDMA_RDMA_BRDMA_CFG(brdma_data_use=7),
        )
    )
    return board


def shifted(products: Ints, shifts: tuple[int, int]) -> Ints:
    """By one shift from 0 on, by the other below; halves to even; int32's range."""
    each = np.where(products >= 0, *shifts)
    whole, rest = products >> each, products & (1 << each) - 1
    half = np.where(each > 0, 1 << np.maximum(each - 1, 0), 1 << 40)
    up = (rest > half) | (rest == half) & (whole & 1 == 1)
    return np.asarray(np.clip(whole + up, -(1 << 31), (1 << 31) - 1))


@pytest.mark.parametrize("shifts", [(14, 14), (9, 9), (0, 0), (14, 12)])
@pytest.mark.parametrize("negative", [False, True])
def test_channels_may_have_multipliers_and_weight_offsets_of_their_own(
    shifts: tuple[int, int], negative: bool
) -> None:
    """Source: facts of 2026-11, 0.4, A1: add, multiply, shift by sign, saturate."""
    layer = replace(tiny(), shift=38 - shifts[0], scale=16384, offset=-3)
    rng = np.random.default_rng(3)
    factors = rng.integers(-(1 << 15) if negative else 1, 1 << 15, layer.written)
    offsets = rng.integers(-20, 20, layer.written)
    board = per_channel(layer, factors, offsets, shifts)
    feature, used = (
        sim_board.tensors(layer)[0].astype(np.int64).sum(2, keepdims=True),
        slice(layer.kernels),
    )
    products = (sums(layer) + feature * (offsets[used] - layer.ow)) * factors[used]
    values = shifted(products, shifts) * layer.scale
    rounded = shifted(values, (layer.shift, layer.shift))
    wanted = np.clip(rounded + layer.offset, -128, 127)
    np.testing.assert_array_equal(result(board, layer), wanted)
    assert len(np.unique(wanted)) > 20


@pytest.mark.parametrize(("scale", "shift"), [(1 << 14, 39), (3, 32)])
def test_a_product_saturates_where_nothing_shifts_it(scale: int, shift: int) -> None:
    """Behind the converter int32's ends are 64 and -64, or 1 and -2: one more would be 2."""
    layer = replace(tiny(), scale=scale, shift=shift, offset=0, ow=0)
    board = per_channel(layer, np.full(64, 32767), np.full(64, 100), (0, 0))
    feature = sim_board.tensors(layer)[0].astype(np.int64).sum(2, keepdims=True)
    products = (sums(layer) + 100 * feature) * 32767
    wanted = shifted(shifted(products, (0, 0)) * scale, (shift, shift))
    np.testing.assert_array_equal(result(board, layer), wanted)
    assert products.max() > 1.2 * (1 << 31)
    assert products.min() < -1.2 * (1 << 31)


def test_bit_30_of_the_shift_rounds_halves_away_from_zero() -> None:
    """Source: facts of 2026-11, 0.7."""
    layer = replace(tiny(), scale=1, shift=1, offset=0, ow=0)
    values = sums(layer)
    board = Board(Options())
    for round_away, rounded in (
        (0, np.rint(values / 2**10)),
        (1, np.trunc(values / 2**10 + np.copysign(0.5, values))),
    ):
        shift = dpu_stages.DPU_OUT_CVT_SHIFT(out_cvt_shift=10, cvt_round=round_away)
        board = run(layer, shift, options=Options())
        np.testing.assert_array_equal(result(board, layer), np.clip(rounded, -128, 127))
    assert (values % 1024 == 512).any()


def test_the_output_scale_has_a_sign() -> None:
    """Source: facts of 2026-11, 0.9: 0x8000 multiplies by -32768."""
    layer = replace(tiny(), shift=24)
    board = run(layer, dpu_stages.DPU_OUT_CVT_SCALE(out_cvt_scale=0x8000), options=Options())
    wanted = np.rint(sums(layer) * -32768 / 2**24) + layer.offset
    np.testing.assert_array_equal(result(board, layer), np.clip(wanted, -128, 127))


def test_int32_results_are_the_accumulators() -> None:
    layer = Layer((6, 1), 64, 32, out_size=(6, 1))
    sizes = dpu_stages.DPU_BS_OW_CFG(size_e_0=7, size_e_1=7, size_e_2=7, od_bypass=1)
    board = run(
        layer,
        dpu.DPU_DATA_FORMAT(out_precision=4),
        sizes,
        dpu.DPU_SURFACE_ADD(surf_add=8 * 6),
        dpu_stages.DPU_OUT_CVT_SHIFT(),
        dpu_stages.DPU_OUT_CVT_SCALE(out_cvt_scale=1),
    )
    stored = board.buffers[layer.output][: 6 * 32 * 4].view("<i4")
    found = stored.reshape(8, 6, 4).transpose(1, 0, 2).reshape(6, 1, 32)
    np.testing.assert_array_equal(found, sums(layer))


def test_int32_results_may_lie_row_by_row() -> None:
    layer = Layer((6, 1), 64, 32, out_size=(6, 1))
    sizes = dpu_stages.DPU_BS_OW_CFG(size_e_0=7, size_e_1=7, size_e_2=7, od_bypass=1)
    board = run(
        layer,
        dpu.DPU_DATA_FORMAT(out_precision=4),
        sizes,
        dpu.DPU_DST_SURF_STRIDE(dst_surf_stride=1),
        dpu.DPU_SURFACE_ADD(surf_add=8),
        dpu.DPU_DATA_CUBE_NOTCH_ADDR(notch_addr_0=7, notch_addr_1=7),
        dpu_stages.DPU_OUT_CVT_SHIFT(),
        dpu_stages.DPU_OUT_CVT_SCALE(),
    )
    stored = board.buffers[layer.output][: 6 * 32 * 4].view("<i4")
    np.testing.assert_array_equal(stored.reshape(6, 1, 32), sums(layer))


def test_the_trace_shows_sums_with_bias() -> None:
    layer = tiny()
    seen: list[Ints] = []

    def trace(stage: str, block: object) -> None:
        if stage == "bs":
            seen.append(block.values.astype(np.int64))  # type: ignore[attr-defined]

    board = Board(Options(Rounding.HALF_UP, trace))
    load(board, layer)
    board.start(convolution(layer))
    np.testing.assert_array_equal(np.concatenate(seen), sums(layer))


def operand_registers(
    layer: Layer, address: int, zero: int, scale: int, shift: int
) -> list[Register]:
    """The element-wise operand of rocket.md 6.5, at *address*, laid out as the output."""
    surface = layer.out_size[0] * layer.out_size[1]
    return [
        dpu_stages.DPU_EW_CFG(
            ew_cvt_type=1, ew_data_mode=1, edata_size=1, ew_alu_algo=2, ew_relu_bypass=1,
            ew_lut_bypass=1, ew_op_src=1,
        ),
        dpu_stages.DPU_EW_CVT_OFFSET_VALUE(ew_op_cvt_offset=-zero),
        dpu_stages.DPU_EW_CVT_SCALE_VALUE(ew_op_cvt_scale=scale, ew_op_cvt_shift=shift),
        dpu_rdma.DPU_RDMA_RDMA_ERDMA_CFG(erdma_data_mode=1, erdma_data_size=1),
        dpu_rdma.DPU_RDMA_RDMA_SRC_BASE_ADDR(src_base_addr=address),
        dpu_rdma.DPU_RDMA_RDMA_EW_BASE_ADDR(ew_base_addr=address + 16 * surface),
        dpu_rdma.DPU_RDMA_RDMA_SURF_NOTCH(surf_notch_addr=surface),
        dpu_rdma.DPU_RDMA_RDMA_EW_SURF_NOTCH(ew_surf_notch=surface),
        dpu_rdma.DPU_RDMA_RDMA_FEATURE_MODE_CFG(
            burst_len=15, comb_use=5, conv_mode=3 if layer.depthwise else 0
        ),
    ]  # fmt: skip


@pytest.mark.parametrize("depthwise", [False, True], ids=["direct", "depthwise"])
def test_an_operand_is_converted_and_added(depthwise: bool) -> None:
    layer = tiny(depthwise)
    board = Board()
    load(board, layer)
    other = np.random.default_rng(8).integers(-128, 128, layer.written * 30).astype(np.int8)
    board.put(0x50000, other)
    board.start(changed(convolution(layer), *operand_registers(layer, 0x50000, 17, 21000, 9)))
    lanes = unpack(board.buffers[0x50000], layer.out_size, layer.kernels).astype(np.int64)
    addend = (lanes - 17) * 21000 + (1 << 8) >> 9
    np.testing.assert_array_equal(result(board, layer), converted(layer, sums(layer) + addend))


def test_an_operand_without_both_engines_is_refused() -> None:
    others = operand_registers(tiny(), 0x50000, 0, 1, 0)
    alone = dpu_rdma.DPU_RDMA_RDMA_FEATURE_MODE_CFG(comb_use=4)
    said = refusal(*others[:-1], alone)
    assert "comb_use is 4 and mrdma_disable 0, wanted 5 and 0: ERDMA alone hangs" in said


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (dpu_stages.DPU_OUT_CVT_SHIFT(out_cvt_shift=60), "out_cvt_shift is 60, beyond 47"),
        (dpu_stages.DPU_OUT_CVT_SHIFT(minus_exp=1), "DPU OUT_CVT_SHIFT.minus_exp is 1"),
        (dpu_stages.DPU_EW_CFG(ew_op_bypass=1), "DPU EW_CFG.ew_op_cvt_bypass is 0, but only"),
        (dpu_stages.DPU_BS_CFG(bs_alu_algo=1), "DPU BS_CFG.bs_alu_algo is 1, wanted 2 (add) or 4"),
        (dpu.DPU_FEATURE_MODE_CFG(output_mode=3), "DPU FEATURE_MODE_CFG.output_mode is 3, but onl"),
        (dpu.DPU_SURFACE_ADD(surf_add=30), "SURFACE_ADD.surf_add is 30, but surfaces times DPU"),
        (dpu.DPU_WDMA_SIZE_1(height_wdma=3, width_wdma=5), "DPU WDMA_SIZE_1.height_wdma is 3, but"),
        (dpu.DPU_DATA_FORMAT(out_precision=2), "DPU DATA_FORMAT.out_precision is 2, but only 0 or"),
        (core.CORE_UNKNOWN_3030(value=1), "CORE UNKNOWN_3030.value is 1, but only 0 is simulated"),
        (dpu_rdma.DPU_RDMA_RDMA_BRDMA_CFG(brdma_data_use=3), "brdma_data_use is 3, but only 0, 1"),
        (dpu_stages.DPU_BS_CFG(bs_bypass=1), "brdma_data_use is 1, but only 0 is simulated: BS is"),
        (
            dpu_rdma.DPU_RDMA_RDMA_FEATURE_MODE_CFG(burst_len=15),
            "mrdma_disable is 0, but only 1 is simulated: EW is bypassed",
        ),
        (dpu.DPU_DST_BASE_ADDR(dst_base_addr=0x103B0), "writes over what CNA FEATURE_DATA"),
        (dpu_rdma.DPU_RDMA_RDMA_NRDMA_CFG(nrdma_data_use=1), "nrdma_data_use is 1, but only 0 is"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Register) else "",
)
def test_contradictions_and_unknowns_are_named(other: Register, message: str) -> None:
    assert message in refusal(other)
