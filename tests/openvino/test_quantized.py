# SPDX-License-Identifier: MIT
"""FakeQuantize becomes quantization, biases become integers, and OpenVINO agrees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import npucore
from npucore import ops
from npucore.graph import Graph
from npucore.ops import Convolution, Dequantize, FullyConnected, Op, Quantize
from npucore.tensor import Array
from tests.material.openvino.judge import INSTALLED, judged
from tests.material.openvino.write import Ir, Place

RNG = np.random.default_rng(4)
KERNEL = RNG.integers(-127, 128, (8, 4, 3, 3)).astype(np.int8)
SCALES = (RNG.random((8, 1, 1, 1)) * 0.01 + 0.001).astype(np.float32)
BIAS = RNG.normal(size=(1, 8, 1, 1)).astype(np.float32)
IN, OUT = (-4.0, 3.96875), (0.0, 6.0)
"""Ranges of 256 levels: steps of 1/32 around a zero point of 0, and of 6/255 from 0."""
CONVOLUTION: dict[str, Any] = {
    "strides": "1,1",
    "dilations": "1,1",
    "pads_begin": "1,1",
    "pads_end": "1,1",
    "auto_pad": "explicit",
}


def quantized(ir: Ir, x: Place, low: float, high: float, *out: float, levels: int = 256) -> Place:
    """Behind a FakeQuantize."""
    ranges = [
        ir.constant(np.full((1,) * len(x.shape), n, np.float32))
        for n in (low, high, *(out or (low, high)))
    ]
    return ir.layer("FakeQuantize", [x, *ranges], x.shape, levels=levels)


def weights(ir: Ir) -> Place:
    """int8 -> Convert -> Multiply, a scale for each output."""
    real = ir.layer("Convert", [ir.constant(KERNEL)], KERNEL.shape, destination_type="f32")
    return ir.layer("Multiply", [real, ir.constant(SCALES)], KERNEL.shape)


def network(folder: Path, *, integers: bool = False) -> Path:
    """A convolution, its bias and a rectifier between FakeQuantizes."""
    ir = Ir()
    x = ir.parameter("x", (1, 4, 8, 8))
    a = quantized(ir, x, *IN)
    b = ir.layer("Convolution", [a, weights(ir)], (1, 8, 8, 8), **CONVOLUTION)
    c = ir.layer("Add", [b, ir.constant(BIAS)], b.shape, auto_broadcast="numpy")
    d = ir.layer("ReLU", [c], c.shape)
    if integers:
        e = quantized(ir, d, *OUT, 0, 255)
        y = ir.layer("Convert", [e], e.shape, np.uint8, destination_type="u8")
    else:
        y = quantized(ir, d, *OUT)
    ir.layer("Result", [y])
    return ir.save(folder)


def kinds(graph: Graph) -> list[type[Op]]:
    """Without the changes between rows of channels and channels of rows."""
    return [type(op) for op in graph.ops if not isinstance(op, ops.Transpose)]


def answer(path: Path, x: Array, backend: str = "reference") -> Array:
    with npucore.Session(npucore.load(path), backend) as session:
        [found] = session.run([x])
        return found


X = RNG.normal(size=(1, 4, 8, 8)).astype(np.float32) * 1.5


@pytest.mark.parametrize("integers", [False, True], ids=["real", "integers"])
def test_a_layer_is_one_op_of_integers_with_an_integer_bias(tmp_path: Path, integers: bool) -> None:
    graph = npucore.load(network(tmp_path, integers=integers))
    assert kinds(graph) == [Quantize, Convolution] + [Dequantize] * (not integers)
    [layer] = [op for op in graph.ops if isinstance(op, Convolution)]
    assert layer.weights.dtype == np.int8
    assert layer.weights.q.scale == pytest.approx(SCALES.reshape(-1))
    assert layer.bias is not None
    assert layer.bias.data is not None
    wanted = np.rint(BIAS.reshape(-1) / (SCALES.reshape(-1) / 32))
    assert layer.bias.data.tolist() == wanted.tolist()


def test_the_answer_is_that_of_the_definition(tmp_path: Path) -> None:
    found = answer(network(tmp_path), X)
    x = np.rint(X.clip(*IN) * 32) / 32
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
    real = np.einsum("nchwij,ocij->nohw", windows, KERNEL * SCALES.astype(np.float64)) + BIAS
    step = (OUT[1] - OUT[0]) / 255
    wanted = np.rint(real.clip(*OUT) / step)
    assert np.abs(np.rint(found / step) - wanted).max() <= 1
    assert (np.rint(found / step) == wanted).mean() > 0.99
    if INSTALLED:
        assert np.abs(found - judged(tmp_path / "network.xml", [X])).max() <= 1.01 * step


def test_rocket_takes_the_layer(tmp_path: Path) -> None:
    with npucore.Session(npucore.load(network(tmp_path)), "rocket", placement="greedy") as session:
        assert {p.op: p.backend for p in session.placement}["convolution"] == "rocket"


def test_pixels_are_read_as_they_come(tmp_path: Path) -> None:
    """uint8 -> Convert -> Transpose -> FakeQuantize of 0..255 to -1..0.99: another reading only."""
    ir = Ir()
    x = ir.parameter("x", (1, 2, 2, 3), np.uint8)
    a = ir.layer("Convert", [x], x.shape, destination_type="f32")
    b = ir.layer("Transpose", [a, ir.constant(np.array([0, 3, 1, 2]))], (1, 3, 2, 2))
    c = quantized(ir, b, 0, 255, -1, 0.9921875)
    ir.layer("Result", [c])
    pixels = RNG.integers(0, 256, (1, 2, 2, 3)).astype(np.uint8)
    path = ir.save(tmp_path)
    assert Quantize not in kinds(npucore.load(path))
    wanted = (pixels.transpose(0, 3, 1, 2) - 128.0) / 128
    assert answer(path, pixels) == pytest.approx(wanted)


def test_zero_points_of_weights_are_subtracted(tmp_path: Path) -> None:
    ir = Ir()
    stored = RNG.integers(0, 256, (3, 8)).astype(np.uint8)
    x = quantized(ir, ir.parameter("x", (2, 8)), *IN)
    real = ir.layer("Convert", [ir.constant(stored)], stored.shape, destination_type="f32")
    moved = ir.layer("Subtract", [real, ir.constant(np.array([[120]], np.float32))], stored.shape)
    w = ir.layer("Multiply", [moved, ir.constant(np.array([[0.01]], np.float32))], stored.shape)
    y = ir.layer("MatMul", [x, w], (2, 3), transpose_a="false", transpose_b="true")
    ir.layer("Result", [quantized(ir, y, -8, 7.9375)])
    graph = npucore.load(ir.save(tmp_path))
    [layer] = [op for op in graph.ops if isinstance(op, FullyConnected)]
    assert layer.weights.dtype == np.uint8
    assert layer.weights.q.zero_point == 120


def test_a_border_in_front_of_a_convolution_is_its_own(tmp_path: Path) -> None:
    ir = Ir()
    x = quantized(ir, ir.parameter("x", (1, 4, 8, 8)), *IN)
    sizes = [ir.constant(np.array([0, 0, 1, 1])) for _ in range(2)]
    padded = ir.layer(
        "Pad", [x, *sizes, ir.constant(np.float32(0))], (1, 4, 10, 10), pad_mode="constant"
    )
    again = quantized(ir, padded, *IN)
    plain = CONVOLUTION | {"pads_begin": "0,0", "pads_end": "0,0"}
    y = ir.layer("Convolution", [again, weights(ir)], (1, 8, 8, 8), **plain)
    ir.layer("Result", [quantized(ir, y, *OUT)])
    graph = npucore.load(ir.save(tmp_path))
    assert kinds(graph) == [Quantize, Convolution, Dequantize]
    [layer] = [op for op in graph.ops if isinstance(op, Convolution)]
    assert layer.padding == ops.Padding(1, 1, 1, 1)


def test_other_numbers_of_levels_are_computed(tmp_path: Path) -> None:
    ir = Ir()
    x = ir.parameter("x", (1, 4, 8, 8))
    ir.layer("Result", [quantized(ir, x, -1, 1, levels=255)])
    found = answer(ir.save(tmp_path), X)
    assert found == pytest.approx(np.rint(X.clip(-1, 1) * 127) / 127, abs=1e-6)
