# SPDX-License-Identifier: MIT
"""Feature and weight DMA: strides, packed pixels, CBUF, weights that stay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from npucore.hw.registers import Register
from npucore_rocket.registers import cna
from npucore_rocket.registers import cna_converter as cvt
from npucore_rocket.registers import cna_decompressor as dcomp
from npucore_rocket.sim import SimulationError
from tests.material.rocket.sim_board import Board, converted, load, result, sums, tensors, tiny
from tests.material.rocket.sim_words import Layer, changed, convolution, pack_weights, task


def refusal(*others: Register, layer: Layer | None = None) -> str:
    layer = layer or tiny()
    board = Board()
    load(board, layer)
    with pytest.raises(SimulationError) as caught:
        board.start(changed(convolution(layer), *others))
    return str(caught.value)


def test_row_tiles_step_by_the_whole_map_s_surfaces() -> None:
    whole = Layer((6, 5), 34, 40, (3, 3), (1, 1), (1, 1), (6, 5), shift=24)
    board, tiled = Board(), Board()
    load(board, whole)
    load(tiled, whole)
    board.start(convolution(whole))
    first = replace(whole, size=(4, 5), out_size=(3, 5), map_rows=6, out_map_rows=6)
    second = replace(
        first,
        padding=(0, 1),
        feature=whole.feature + 2 * 5 * 16,
        output=whole.output + 3 * 5 * 16,
        reuse=1,
    )
    tiled.run(task(convolution(first)), task(convolution(second)))
    np.testing.assert_array_equal(result(tiled, whole), result(board, whole))


def test_line_by_line_strides_read_row_major_matrices() -> None:
    layer = Layer((6, 1), 64, 32, out_size=(6, 1), shift=22)
    board = Board()
    load(board, layer)
    feature = tensors(layer)[0]
    board.put(layer.feature, feature)
    board.start(
        changed(
            convolution(layer),
            cna.CNA_CONV_CON1(group_line_off=1),
            cna.CNA_DMA_CON1(line_stride=4),
            cna.CNA_DMA_CON2(),
        )
    )
    np.testing.assert_array_equal(result(board, layer), converted(layer, sums(layer)))


def pixel_registers(width: int, components: int) -> list[Register]:
    constants = (cvt.CNA_CVT_CON1, cvt.CNA_CVT_CON2, cvt.CNA_CVT_CON3, cvt.CNA_CVT_CON4)
    return [
        cna.CNA_CONV_CON1(nonalign_dma=1, group_line_off=1, argb_in=7 + components),
        cvt.CNA_CVT_CON0(**{f"cvt_truncate_{i}": 14 for i in range(4)}),
        *(
            register(**{f"cvt_scale{i}": 1 << 14, f"cvt_offset{i}": -128})
            for i, register in enumerate(constants)
        ),
        cvt.CNA_CVT_CON5(per_channel_cvt_en=0xFFFF),
        cna.CNA_DMA_CON1(line_stride=width),
    ]


@pytest.mark.parametrize("components", [1, 3], ids=["grey", "rgb"])
def test_packed_pixels_are_bytes_less_128(components: int) -> None:
    layer = Layer((5, 16), components, 8, (3, 3), out_size=(3, 14), shift=21)
    board, packed = Board(), Board()
    load(board, layer)
    load(packed, layer)
    feature = tensors(layer)[0]
    pixels = (feature[..., :components].astype(np.int16) + 128).astype(np.uint8)
    packed.put(layer.feature, pixels)
    board.start(convolution(layer))
    packed.start(changed(convolution(layer), *pixel_registers(16, components)))
    np.testing.assert_array_equal(result(packed, layer), result(board, layer))


def test_packed_pixels_must_be_converted() -> None:
    layer = Layer((5, 16), 1, 8, out_size=(5, 16))
    others = [r for r in pixel_registers(16, 1) if not isinstance(r, cvt.CNA_CVT_CON5)]
    assert "CVT_CON5 is 0x0, but packed pixels" in refusal(*others, layer=layer)


def test_features_beyond_their_banks_are_refused() -> None:
    layer = replace(tiny(), size=(40, 6), out_size=(40, 6), data_bank=0)
    assert refusal(layer=layer) == (
        "CNA CBUF_CON0.data_bank is 0 (0 bytes), but the task's 40 lines take 7680 bytes"
    )


def test_a_line_s_entries_must_hold_its_pixels() -> None:
    assert "CNA CBUF_CON1.data_entries is 2, but a line of 6 pixels of 32 channels takes 3" in (
        refusal(cna.CNA_CBUF_CON1(data_entries=2))
    )


def test_more_than_twelve_banks_are_refused() -> None:
    assert "data_bank + weight_bank is 6 + 7 = 13, but CBUF has 12 banks" in refusal(
        cna.CNA_CBUF_CON0(data_bank=6, weight_bank=7)
    )


def test_a_group_of_kernels_must_fit() -> None:
    assert "CNA CBUF_CON0.weight_bank is 0 (0 bytes), but one group of kernels takes 1024" in (
        refusal(cna.CNA_CBUF_CON0(data_bank=12))
    )


def test_weights_stay_for_the_next_task_of_a_job() -> None:
    layer = tiny()
    board = Board()
    load(board, layer)
    board.put(0x50000)
    again = replace(layer, reuse=1, weights=0x70000, output=0x50000)
    board.run(task(convolution(layer)), task(convolution(again)))
    np.testing.assert_array_equal(board.buffers[0x50000], board.buffers[layer.output])


def test_weights_do_not_stay_for_the_next_job() -> None:
    layer = tiny()
    board = Board()
    load(board, layer)
    board.start(convolution(layer))
    with pytest.raises(SimulationError, match=r"weight_reuse is 1 for 1280 bytes.*left 0 bytes"):
        board.start(convolution(replace(layer, reuse=1)))


def test_weights_that_change_in_memory_are_read_again() -> None:
    layer = tiny()
    board = Board()
    load(board, layer)
    board.start(convolution(layer))
    board.buffers[layer.weights][:1280] = pack_weights(tensors(layer, 1)[1]).view(np.uint8)
    board.start(convolution(layer))
    other = Board()
    load(other, layer)
    other.put(layer.weights, pack_weights(tensors(layer, 1)[1]))
    other.start(convolution(layer))
    np.testing.assert_array_equal(result(board, layer), result(other, layer))


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (cna.CNA_WEIGHT_SIZE0(weight_bytes=64), "CNA WEIGHT_SIZE0.weight_bytes is 64, but"),
        (cna.CNA_DATA_SIZE3(dataout_atomics=31), "dataout_atomics is 31, no whole number of rows"),
        (cna.CNA_FEATURE_DATA_ADDR(feature_base_addr=0x10008), "0x10008, wanted a multiple of 16"),
        (cna.CNA_FC_DATA_SIZE0(dma_height=5, dma_width=5), "dma_width is 5, but outputs depend on"),
        (cna.CNA_CONV_CON3(conv_x_stride=1), "CNA CONV_CON3 has a 0 among its sizes (0, 1)"),
        (dcomp.CNA_DCOMP_CTRL(decomp_control=1), "CNA DCOMP_CTRL.decomp_control is 1, but only 0"),
        (cna.CNA_DATA_SIZE1(datain_channel=20), "datain_channel is 20, wanted a multiple of 16"),
    ],
    ids=["weights", "atomics", "address", "width", "stride", "compressed", "channels"],
)
def test_contradictions_and_unknowns_are_named(other: Register, message: str) -> None:
    assert message in refusal(other)
