# SPDX-License-Identifier: MIT
"""Transposed convolutions and resizing up by fp16: against float64, within the layers' bound."""

from __future__ import annotations

import numpy as np
import pytest

from npucore import Graph
from npucore.ops import Activation, Padding, Resize, ResizeBilinear, TransposeConvolution
from npucore.tensor import Array
from tests.rocket.test_halves import backend, bound, constant, real, run

SHAPES = [
    (5, 6, 16, 8, 2, (2, 2), 0),
    (7, 7, 33, 20, 4, (2, 2), 1),
    (9, 5, 64, 40, 3, (2, 1), 1),
    (4, 4, 8, 8, 8, (4, 4), 2),
    (6, 6, 70, 3, 9, (8, 8), 4),
    (5, 5, 8, 8, 3, (1, 1), 1),
]
"""Rows, columns, channels, kernels, taps each way, strides, what is cut off."""


def layer(
    rows: int,
    columns: int,
    channels: int,
    kernels: int,
    taps: int,
    stride: tuple[int, int],
    cut: int,
    activation: Activation = Activation.NONE,
) -> TransposeConvolution:
    rng = np.random.default_rng(5)
    sizes = ((n - 1) * s + taps - 2 * cut for n, s in zip((rows, columns), stride, strict=True))
    return TransposeConvolution(
        input=real("x", 1, rows, columns, channels),
        weights=constant("w", rng.normal(0, 1, (kernels, taps, taps, channels))),
        bias=constant("b", rng.normal(0, 1, kernels)),
        output=real("y", 1, *sizes, kernels),
        stride=stride,
        padding=Padding(cut, cut, cut, cut),
        activation=activation,
    )


def exact(op: TransposeConvolution, x: Array) -> tuple[Array, Array]:
    """(result, sum of magnitudes) in float64, pixel by pixel, from the numbers that fp16 has."""
    assert op.weights.data is not None
    assert op.bias is not None
    weights = op.weights.data.astype(np.float16).astype(np.float64)
    pixels, bias = x.astype(np.float16).astype(np.float64)[0], np.asarray(op.bias.data, np.float64)
    (kh, kw), (sy, sx), cut = op.kernel, op.stride, op.padding
    rows, columns = pixels.shape[:2]
    whole = np.zeros((2, (rows - 1) * sy + kh, (columns - 1) * sx + kw, len(weights)))
    for y, xx in np.ndindex(rows, columns):
        part = whole[:, y * sy : y * sy + kh, xx * sx : xx * sx + kw]
        part[0] += np.einsum("oijc,c->ijo", weights, pixels[y, xx])
        part[1] += np.einsum("oijc,c->ijo", abs(weights), abs(pixels[y, xx]))
    _, height, width, _ = op.output.shape
    sums, sizes = whole[:, cut.top : cut.top + height, cut.left : cut.left + width]
    return sums + bias, sizes + abs(bias)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_transposed_convolutions_are_within_the_bound(shape: tuple[int, ...]) -> None:
    op = layer(*shape)  # type: ignore[arg-type]  # strides are a pair
    x = np.random.default_rng(1).normal(0, 1, op.input.shape).astype(np.float32)
    result, magnitudes = exact(op, x)
    found = run(op, [x], backend())[0]
    additions = -(-op.input.shape[3] // 32) * op.kernel[0] * op.kernel[1]
    assert (abs(found - result) <= bound(result, magnitudes, additions)).all()


def test_clamps_are_those_of_other_layers() -> None:
    op = layer(5, 6, 16, 8, 2, (2, 2), 0, Activation.RELU6)
    x = np.random.default_rng(1).normal(0, 1, op.input.shape).astype(np.float32)
    found = run(op, [x], backend())
    assert found.min() == 0
    assert found.max() == 6


@pytest.mark.parametrize("size", [(12, 14), (24, 7), (96, 56)], ids=str)
def test_pixels_are_repeated_as_they_are(size: tuple[int, int]) -> None:
    x = np.random.default_rng(1).normal(0, 1, (1, 6, 7, 24)).astype(np.float32)
    op = Resize(input=real("x", *x.shape), output=real("y", 1, *size, 24), size=size)
    times = size[0] // 6, size[1] // 7
    wanted = x.astype(np.float16).repeat(times[0], axis=1).repeat(times[1], axis=2)
    assert (run(op, [x], backend()) == wanted).all()


@pytest.mark.parametrize("times", [(2, 2), (4, 8), (16, 1)], ids=str)
def test_lines_between_pixels_are_straight(times: tuple[int, int]) -> None:
    x = np.random.default_rng(1).normal(0, 1, (1, 4, 5, 9)).astype(np.float32)
    size = (3 * times[0] + 1, 4 * times[1] + 1)
    op = ResizeBilinear(
        input=real("x", *x.shape), output=real("y", 1, *size, 9), size=size, align_corners=True
    )
    halves = x.astype(np.float16).astype(np.float64)[0]
    rows, columns = (np.arange(n) / t for n, t in zip(size, times, strict=True))
    top, left = (np.minimum(p.astype(int), n) for p, n in ((rows, 2), (columns, 3)))
    down, right = (rows - top)[:, None, None], (columns - left)[None, :, None]
    upper = halves[top] * (1 - down) + halves[top + 1] * down
    wanted = upper[:, left] * (1 - right) + upper[:, left + 1] * right
    found = run(op, [x], backend())[0]
    assert abs(found - wanted).max() <= 2 * 2.0**-11 * abs(halves).max()


@pytest.mark.parametrize("times", [(2, 2), (4, 8), (1, 2), (8, 1)], ids=str)
def test_lines_between_centers_end_at_the_edges_pixels(times: tuple[int, int]) -> None:
    x = np.random.default_rng(1).normal(0, 1, (1, 4, 5, 9)).astype(np.float32)
    size = (4 * times[0], 5 * times[1])
    op = ResizeBilinear(
        input=real("x", *x.shape), output=real("y", 1, *size, 9), size=size, half_pixel_centers=True
    )
    halves = x.astype(np.float16).astype(np.float64)[0]

    def shares(count: int, factor: int) -> Array:
        places = np.clip((np.arange(count * factor) + 0.5) / factor - 0.5, 0, count - 1)
        found: Array = np.maximum(0, 1 - abs(places[:, None] - np.arange(count)))
        return found

    wanted = np.einsum("yi,xj,ijc->yxc", shares(4, times[0]), shares(5, times[1]), halves)
    found = run(op, [x], backend())[0]
    assert abs(found - wanted).max() <= 4 * 2.0**-11 * abs(halves).max()


@pytest.mark.parametrize(
    ("op", "why"),
    [
        (layer(4, 4, 8, 8, 3, (3, 3), 0), "a stride of 3 x 3, wanted 1, 2, 4 or 8"),
        (layer(4, 4, 8, 8, 14, (2, 2), 0), "a border of (13, 13) before the turned kernel"),
        (layer(3, 3, 2, 2, 33, (1, 1), 15), "a kernel of 33 x 33, at most 31 x 31"),
        (
            Resize(input=real("x", 1, 4, 4, 8), output=real("y", 1, 12, 12, 8), size=(12, 12)),
            "(4, 4) to (12, 12) does not lay out pixels in steps of 2, 4 or 8",
        ),
    ],
    ids=["stride", "border", "kernel", "uneven"],
)
def test_what_is_not_laid_out_is_refused(op: TransposeConvolution | Resize, why: str) -> None:
    reason = backend().supports(op, Graph((op,), (op.input,), op.outputs)).reason
    assert reason is not None
    assert why in reason
