# SPDX-License-Identifier: MIT
"""Small convolutions, words and bytes made here, against loops over integers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from npucore_rocket.registers import cna, core
from npucore_rocket.sim import SimulationError
from tests.material.rocket.sim_board import Board, converted, load, result, sums, tensors, tiny
from tests.material.rocket.sim_words import Layer, changed, convolution

LAYERS = {
    "1x1": tiny(),
    "depthwise": tiny(depthwise=True),
    "3x3": Layer((6, 5), 16, 34, (3, 3), (1, 1), (1, 1), (6, 5), pad_value=-9, ow=1, shift=22),
    "stride_2": Layer((7, 9), 48, 6, (3, 3), (2, 2), (1, 0), (4, 4), pad_value=-128, shift=23),
    "stride_1_by_3": Layer((7, 9), 16, 2, (2, 4), (1, 3), (0, 1), (6, 3), pad_value=5, shift=22),
    "kernel_5_of_32": Layer((5, 5), 32, 64, (5, 5), (1, 1), (0, 0), (1, 1), shift=24),
    "depthwise_stride_2": Layer(
        (9, 8), 16, 16, (3, 3), (2, 2), (0, 0), (4, 3), True, ow=20, shift=21
    ),
    "depthwise_stride_3_by_2": Layer(
        (9, 8), 130, 130, (5, 3), (3, 2), (2, 1), (3, 4), True, pad_value=0x7F7F, shift=22
    ),
}


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_convolution_equals_loops_over_integers(layer: Layer) -> None:
    board = Board()
    load(board, layer)
    board.start(convolution(layer))
    np.testing.assert_array_equal(result(board, layer), converted(layer, sums(layer)))


@pytest.mark.parametrize("depthwise", [False, True], ids=["direct", "depthwise"])
def test_dilation_spreads_the_kernel_s_taps(depthwise: bool) -> None:
    channels = 16
    dense = Layer(
        (9, 9), channels, channels, (5, 5), (1, 1), (1, 2), (6, 8), depthwise, pad_value=0x0404,
        shift=22,
    )  # fmt: skip
    sparse = replace(dense, kernel=(3, 2))
    board, other = Board(), Board()
    load(other, sparse)
    load(board, dense)
    few = other.buffers[sparse.weights].view(np.int8)[: 6 * 16 * (1 if depthwise else 16)]
    taps = few.reshape(3, 2, -1)
    many = np.zeros((5, 5, taps.shape[2]), np.int8)
    many[::2, ::4] = taps
    board.put(dense.weights, many)
    for buffer in (dense.feature, dense.bias):
        other.put(buffer, board.buffers[buffer])
    steps = cna.CNA_CONV_CON3(
        conv_y_stride=1, conv_x_stride=1, atrous_y_dilation=1, atrous_x_dilation=3
    )
    board.start(convolution(dense))
    other.start(changed(convolution(sparse), steps))
    np.testing.assert_array_equal(result(other, sparse), result(board, dense))


def test_large_sums_are_exact_where_float32_is_not() -> None:
    layer = Layer((1, 1), 1024, 2, (1, 1), out_size=(1, 1), ow=127, scale=16385, shift=30)
    board = Board()
    load(board, layer)
    features = np.full(1024, -127, np.int8)
    features[::3] = -128
    weights = np.full((1024, 2), 127, np.int8)
    board.put(layer.feature, features)
    board.put(layer.weights, weights)
    board.put(layer.bias, np.array([2**30 + 1, -1], np.int32))
    board.start(convolution(layer))
    total = int(features.astype(np.int64).sum()) * 254 + np.array([2**30 + 1, -1])
    np.testing.assert_array_equal(result(board, layer)[0, 0], converted(layer, total))


def test_sums_beyond_32_bits_are_refused() -> None:
    layer = replace(tiny(), shift=40)
    board = Board()
    load(board, layer)
    board.put(layer.bias, np.full(layer.written, 2**31 - 1, np.int32))
    with pytest.raises(SimulationError, match=r"reaches 2147.*compute in 32 bits"):
        board.start(convolution(layer))


def test_odd_channels_below_32_of_64_pad_with_the_second_byte() -> None:
    """Source: facts of 2026-11, 0.5: bytes that a chip wrote."""
    layer = replace(tiny(depthwise=True), pad_value=0x0060)
    board = Board()
    load(board, layer)
    board.start(convolution(layer))
    low, high = (converted(layer, sums(replace(layer, pad_value=value))) for value in (0x60, 0))
    channels = np.arange(layer.kernels)
    second = (channels % 64 < 32) & (channels % 2 == 1)
    np.testing.assert_array_equal(result(board, layer), np.where(second, high, low))
    assert (low != high).any((0, 1)).all()


def test_accumulators_are_shifted_before_the_bias_is_added() -> None:
    layer = replace(tiny(), shift=20)
    board = Board()
    load(board, layer)
    board.put(layer.bias, np.zeros(layer.written, np.int32))
    board.start(changed(convolution(layer), core.CORE_CLIP_TRUNCATE(clip_truncate=3)))
    values = sums(layer) - tensors(layer)[2][: layer.kernels]
    np.testing.assert_array_equal(result(board, layer), converted(layer, values + 4 >> 3))


def test_blocks_that_are_told_different_sizes_are_refused() -> None:
    layer = tiny()
    board = Board()
    load(board, layer)
    wrong = core.CORE_DATAOUT_SIZE_0(dataout_height=5, dataout_width=5)
    with pytest.raises(SimulationError, match=r"CORE DATAOUT_SIZE_0\.dataout_height is 5.*wants 4"):
        board.start(changed(convolution(layer), wrong))


def test_weights_with_a_zero_point_need_the_sum_of_features() -> None:
    layer = tiny()
    board = Board()
    load(board, layer)
    with pytest.raises(SimulationError, match=r"CORE MISC_CFG\.qd_en is 0, wanted 1"):
        board.start(changed(convolution(layer), core.CORE_MISC_CFG()))


def test_float_arithmetic_is_refused() -> None:
    board = Board()
    load(board, tiny())
    with pytest.raises(SimulationError, match=r"CNA CONV_CON1\.proc_precision is 3, but only 0"):
        board.start(changed(convolution(tiny()), cna.CNA_CONV_CON1(proc_precision=3)))
