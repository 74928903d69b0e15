# SPDX-License-Identifier: MIT
"""Transposed and dilated convolutions, against plain loops over what each pixel adds to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from npucore.hw.registers import Register
from npucore_rocket.registers import cna
from npucore_rocket.sim import SimulationError
from tests.material.rocket.sim_board import Board, converted, load, result, tensors
from tests.material.rocket.sim_words import Layer, changed, convolution

Ints = npt.NDArray[np.int64]
Pair = tuple[int, int]


def layer(
    size: Pair, kernel: Pair, spread: Pair, pad: Pair, depthwise: bool, extra: int = 0
) -> Layer:
    """Outputs: ``(n - 1) * spread + kernel - 2 * pad + extra``; *pad* is the transposed one's."""
    out = tuple(
        (n - 1) * s + k - 2 * p + extra
        for n, k, s, p in zip(size, kernel, spread, pad, strict=True)
    )
    before = (kernel[0] - 1 - pad[0], kernel[1] - 1 - pad[1])
    channels, kernels = (70, 70) if depthwise else (20, 34)
    return Layer(
        size, channels, kernels, kernel, padding=before, out_size=(out[0], out[1]),
        depthwise=depthwise, pad_value=0x0505, ow=3, scale=19000, shift=24, offset=4,
    )  # fmt: skip


def scattered(x: Layer, spread: Pair) -> Ints:
    """(OH, OW, O): what every pixel, less the padding, adds to, and what the padding comes to.

    The sum of all taps times the padding is the same for all outputs. Pixel (y, x) with tap (i, j)
    of the kernel as it is stored adds to output ``spread * y + before - i``.
    """
    feature, weights, bias = (array.astype(np.int64) for array in tensors(x))
    taps, pad = weights + x.ow, x.pad_value & 0xFF
    found = np.zeros((*x.out_size, x.kernels), np.int64)
    for y, column, i, j in np.ndindex(*x.size, *x.kernel):
        oy, ox = spread[0] * y + x.padding[0] - i, spread[1] * column + x.padding[1] - j
        if 0 <= oy < x.out_size[0] and 0 <= ox < x.out_size[1]:
            pixel = feature[y, column] - pad
            product = pixel * taps[i, j] if x.depthwise else taps[:, i, j] @ pixel
            found[oy, ox] += product[: x.kernels]
    whole = taps.sum((0, 1)) if x.depthwise else taps.sum((1, 2, 3))
    total: Ints = found + pad * whole[: x.kernels] + bias[: x.kernels]
    return total


def transposed(x: Layer, spread: Pair) -> list[Register]:
    return changed(
        convolution(x),
        cna.CNA_CONV_CON1(conv_mode=3 if x.depthwise else 0, deconv=1),
        cna.CNA_CONV_CON3(
            conv_y_stride=1,
            conv_x_stride=1,
            deconv_y_stride=spread[0] - 1,
            deconv_x_stride=spread[1] - 1,
        ),
    )


def run(x: Layer, registers: list[Register]) -> npt.NDArray[np.int8]:
    board = Board()
    load(board, x)
    board.start(registers)
    return result(board, x)


@pytest.mark.parametrize("depthwise", [False, True], ids=["direct", "depthwise"])
@pytest.mark.parametrize(
    ("size", "kernel", "spread", "pad", "extra"),
    [
        ((4, 4), (3, 3), (2, 2), (0, 0), 0),
        ((4, 3), (4, 4), (2, 2), (1, 1), 0),
        ((3, 3), (2, 2), (2, 2), (0, 0), 0),
        ((2, 3), (3, 3), (4, 4), (0, 0), 0),
        ((3, 4), (3, 3), (2, 1), (0, 0), 0),
        ((3, 3), (3, 3), (2, 2), (1, 1), 1),
        ((2, 2), (3, 5), (8, 1), (1, 2), 0),
    ],
    ids=["k3s2", "k4s2p1", "k2s2", "k3s4", "k3s2x1", "k3s2p1, one more", "k3x5s8x1"],
)
def test_every_pixel_adds_where_it_should(
    size: Pair, kernel: Pair, spread: Pair, pad: Pair, extra: int, depthwise: bool
) -> None:
    """Shapes of facts of 2026-11, A10. The padding is the input's zero point, as on a sibling."""
    x = layer(size, kernel, spread, pad, depthwise, extra)
    found = run(x, transposed(x, spread))
    np.testing.assert_array_equal(found, converted(x, scattered(x, spread)))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"deconv_y_stride": 2}, "deconv_y_stride is 2, but only 0 or 1 or 3 or 7"),
        ({"conv_x_stride": 2}, "conv_x_stride is 2, but only 1 is simulated: transposed"),
        ({"atrous_x_dilation": 1}, "atrous_x_dilation is 1, but only 0 is simulated: transposed"),
    ],
    ids=["stride of 3", "both strides", "dilated"],
)
def test_a_transposed_task_is_nothing_else(fields: dict[str, int], message: str) -> None:
    x = layer((4, 4), (3, 3), (2, 2), (0, 0), False)
    given = {"conv_y_stride": 1, "conv_x_stride": 1, "deconv_x_stride": 1, "deconv_y_stride": 1}
    steps = cna.CNA_CONV_CON3(**given | fields)
    with pytest.raises(SimulationError, match=message):
        run(x, changed(transposed(x, (2, 2)), steps))


@pytest.mark.parametrize(("spread", "refused"), [(2, True), (4, False)])
def test_paddings_from_12_on_are_misplaced_at_stride_2(spread: int, refused: bool) -> None:
    x = layer((2, 2), (13, 1), (spread, 1), (0, 0), False)
    if refused:
        with pytest.raises(SimulationError, match="pads 12 before a map spread by 2"):
            run(x, transposed(x, (spread, 1)))
    else:
        run(x, transposed(x, (spread, 1)))


def test_stride_fields_do_nothing_without_the_mode() -> None:
    """Source: the same party's sweep: byte-identical to the forward convolution."""
    x = replace(layer((4, 4), (3, 3), (1, 1), (1, 1), False), padding=(1, 1), out_size=(4, 4))
    steps = cna.CNA_CONV_CON3(conv_y_stride=1, conv_x_stride=1, deconv_y_stride=5)
    np.testing.assert_array_equal(run(x, changed(convolution(x), steps)), run(x, convolution(x)))


@pytest.mark.parametrize("depthwise", [False, True], ids=["direct", "depthwise"])
@pytest.mark.parametrize("dilation", [(2, 2), (1, 3), (4, 2)], ids=str)
def test_dilated_taps_lie_apart(dilation: Pair, depthwise: bool) -> None:
    (dy, dx), pad = dilation, (2, 1)
    plain = layer((9, 8), (3, 3), (1, 1), (0, 0), depthwise)
    x = replace(plain, padding=pad, out_size=(9 + 2 * pad[0] - 2 * dy, 8 + 2 * pad[1] - 2 * dx))
    steps = cna.CNA_CONV_CON3(
        conv_y_stride=1, conv_x_stride=1, atrous_y_dilation=dy - 1, atrous_x_dilation=dx - 1
    )
    feature, weights, bias = (array.astype(np.int64) for array in tensors(x))
    padded = np.full((9 + 2 * pad[0], 8 + 2 * pad[1], feature.shape[2]), 5, np.int64)
    padded[pad[0] : pad[0] + 9, pad[1] : pad[1] + 8] = feature
    taps = weights + x.ow
    wanted = np.zeros((*x.out_size, x.kernels), np.int64)
    for oy, ox in np.ndindex(*x.out_size):
        window = padded[oy : oy + 2 * dy + 1 : dy, ox : ox + 2 * dx + 1 : dx]
        total = (window * taps).sum((0, 1)) if depthwise else (window * taps).sum((1, 2, 3))
        wanted[oy, ox] = total[: x.kernels] + bias[: x.kernels]
    found = run(x, changed(convolution(x), steps))
    np.testing.assert_array_equal(found, converted(x, wanted))
