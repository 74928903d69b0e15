# SPDX-License-Identifier: MIT
"""Quantization that no op takes as it is, floats of 16 bits, and ONNX Runtime's own operators."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from npucore.tensor import Array
from npucore_onnx import parse
from tests.material.onnx.runtime import assert_equals_runtime, reference, runtime
from tests.material.onnx.write import model, node, single

F = np.float32
RNG = np.random.default_rng(4)
MS = "com.microsoft"


def f(*shape: int) -> Array:
    return RNG.normal(size=shape).astype(F)


def file(nodes: list[Any], x: Array, opset: int, **held: Array) -> bytes:
    return model(nodes, {"x": (x.dtype, x.shape)}, {"y": F}, held, opset)


def there_and_back(axis: int | None = None, **attributes: Any) -> list[Any]:
    options: dict[str, Any] = {} if axis is None else {"axis": axis}
    return [
        node("QuantizeLinear", ["x", "s", "z"], "q", **options, **attributes),
        node("DequantizeLinear", ["q", "s", "z"], "y", **options, **attributes),
    ]


@pytest.mark.parametrize("dtype", [np.uint16, np.int16, np.uint8, np.int8])
@pytest.mark.parametrize("axis", [None, 0, 1])
def test_activations_of_16_bits_and_along_an_axis(dtype: Any, axis: int | None) -> None:
    x = f(4, 6) * 3
    count = None if axis is None else x.shape[axis]
    scale = np.float32(0.02) if count is None else np.linspace(0.01, 0.05, count, dtype=F)
    data = file(
        there_and_back(axis), x, 21, s=np.asarray(scale), z=np.full(np.shape(scale), 9, dtype)
    )
    assert_equals_runtime(data, {"x": x})


def test_weights_that_were_quantized_in_training() -> None:
    x, weights = f(2, 3, 8, 8), f(5, 3, 3, 3)
    scale, zero = np.linspace(0.01, 0.05, 5, dtype=F), np.zeros(5, np.int8)
    nodes = [
        node("QuantizeLinear", ["w", "s", "z"], "q", axis=0),
        node("DequantizeLinear", ["q", "s", "z"], "r", axis=0),
        node("Conv", ["x", "r"], "y"),
    ]
    graph = assert_equals_runtime(file(nodes, x, 13, w=weights, s=scale, z=zero), {"x": x})
    assert {op.name for op in graph.ops} == {"convolution", "transpose"}


@pytest.mark.parametrize("signed", [False, True])
def test_a_dynamically_quantized_product(signed: bool) -> None:
    x = f(4, 16)
    dtype = np.int8 if signed else np.uint8
    weights = RNG.integers(-60, 61, (16, 5)).astype(np.int8).view(dtype)
    nodes = [
        node("DynamicQuantizeLinear", ["x"], "q", "s", "z"),
        node("MatMulInteger", ["q", "w", "z", "wz"], "i"),
        node("Cast", ["i"], "c", to=1),
        node("Mul", ["c", "s"], "y"),
    ]
    data = file(nodes, x, 13, w=weights, wz=np.array(0 if signed else 101, dtype))
    assert_equals_runtime(data, {"x": x})


def test_a_dynamically_quantized_convolution() -> None:
    x, weights = f(1, 3, 8, 8), RNG.integers(-60, 61, (4, 3, 3, 3)).astype(np.int8).view(np.uint8)
    nodes = [
        node("DynamicQuantizeLinear", ["x"], "q", "s", "z"),
        node("ConvInteger", ["q", "w", "z", "wz"], "i"),
        node("Cast", ["i"], "c", to=1),
        node("Mul", ["c", "s"], "y"),
    ]
    assert_equals_runtime(file(nodes, x, 13, w=weights, wz=np.array(99, np.uint8)), {"x": x})


def test_weights_in_blocks() -> None:
    x, weights = f(3, 8), RNG.integers(-60, 61, (8, 6)).astype(np.int8)
    scale = np.abs(f(2, 6)) / 50 + F(0.001)
    nodes = [
        node("DequantizeLinear", ["w", "s"], "r", axis=0, block_size=4),
        node("MatMul", ["x", "r"], "y"),
    ]
    assert_equals_runtime(file(nodes, x, 21, w=weights, s=scale), {"x": x})


@pytest.mark.parametrize("zeros", [False, True])
def test_weights_of_4_bits_in_blocks(zeros: bool) -> None:
    x = f(3, 32)
    packed = RNG.integers(0, 256, (6, 2, 8)).astype(np.uint8)
    scales = np.abs(f(12)) / 9
    points = [RNG.integers(0, 256, (6,)).astype(np.uint8)] if zeros else []
    data, inputs = single("MatMulNBits", [x, packed, scales, *points], domain=MS,
                          K=32, N=6, bits=4, block_size=16)  # fmt: skip
    assert_equals_runtime(data, inputs)


@pytest.mark.parametrize("dtype", [np.float16, "bfloat16"])
def test_floats_of_16_bits_are_computed_in_32(dtype: Any) -> None:
    import ml_dtypes

    half = np.dtype(ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype)
    x, weights = f(2, 3, 6, 6).astype(half), f(4, 3, 3, 3).astype(half)
    data, inputs = single("Conv", [x, weights], results=(half,), opset=22)
    graph = parse(data)
    [got] = reference(graph, inputs)
    wide = single("Conv", [x.astype(F), weights.astype(F)])
    want = runtime(*wide)[0].astype(half)
    assert got.dtype == half
    assert graph.notes == ("16-bit floats are computed in float32",)
    # sums of another order end on the other side of a half now and then: one step in the last place
    step = float(ml_dtypes.finfo(half).eps)  # type: ignore[no-untyped-call]  # as it is shipped
    np.testing.assert_allclose(got.astype(F), want.astype(F), step)
    assert np.count_nonzero(got != want) <= 0.02 * want.size


HIDDEN = 8
# Small enough for processors on which ONNX Runtime adds two products in 16 bits.
BYTES = RNG.integers(-60, 61, (8, 5)).astype(np.int8)
FUSED: list[tuple[str, list[Any], dict[str, Any]]] = [
    ("FusedConv", [f(1, 3, 8, 8), f(4, 3, 3, 3), f(4)], {"activation": "Relu"}),
    ("FusedConv", [f(1, 3, 8, 8), f(4, 3, 3, 3), f(4), f(1, 4, 6, 6)], {"activation": "Relu"}),
    ("FusedConv", [f(1, 3, 8, 8), f(4, 3, 3, 3), f(4)],
     {"activation": "LeakyRelu", "activation_params": [0.3]}),
    ("FusedMatMul", [f(5, 3), f(4, 5)], {"transA": 1, "transB": 1, "alpha": 0.3, "computed": 2}),
    ("FusedGemm", [f(3, 5), f(5, 4), f(4)], {"activation": "Relu"}),
    ("Gelu", [f(3, 8)], {}), ("FastGelu", [f(3, 8), f(8)], {}), ("BiasGelu", [f(3, 8), f(8)], {}),
    ("QuickGelu", [f(3, 8)], {}),
    ("SkipLayerNormalization", [f(2, 3, 8), f(2, 3, 8), f(8), f(8), f(8)], {"computed": 2}),
    ("SkipSimplifiedLayerNormalization", [f(2, 3, 8), f(2, 3, 8), f(8)], {"computed": 2}),
    ("Attention", [f(2, 4, HIDDEN), f(HIDDEN, 3 * HIDDEN), f(3 * HIDDEN)], {"num_heads": 2}),
    ("Attention", [f(2, 4, HIDDEN), f(HIDDEN, 3 * HIDDEN), f(3 * HIDDEN)],
     {"num_heads": 2, "unidirectional": 1}),
    ("MultiHeadAttention", [f(2, 4, HIDDEN), f(2, 5, HIDDEN), f(2, 5, HIDDEN), f(3 * HIDDEN)],
     {"num_heads": 4, "computed": 3}),
    ("DynamicQuantizeMatMul", [f(3, 8), BYTES, F(0.02)], {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("operator", "arrays", "options"), FUSED, ids=[f"{n}-{c[0]}" for n, c in enumerate(FUSED)]
)
def test_an_operator_of_the_optimizers(
    operator: str, arrays: list[Any], options: dict[str, Any]
) -> None:
    data, inputs = single(operator, [np.asarray(a) for a in arrays], domain=MS, **options)
    got, want = reference(parse(data), inputs), runtime(data, inputs)
    np.testing.assert_allclose(got[0], want[0], 2e-4, 2e-5)


def test_a_layer_normalization_that_the_optimizer_simplified() -> None:
    data, inputs = single("SimplifiedLayerNormalization", [f(3, 8), f(8)], axis=-1)
    np.testing.assert_allclose(
        reference(parse(data), inputs)[0], runtime(data, inputs)[0], 1e-5, 1e-6
    )


@pytest.mark.parametrize("each", [False, True], ids=["matrix", "gate"])
def test_an_lstm_of_stored_weights(each: bool) -> None:
    """Within what 8 bits make of a state between -1 and 1 over seven steps."""
    rng, (steps, size, hidden, ways) = np.random.default_rng(5), (7, 6, 5, 2)
    shapes = ((ways, size, 4 * hidden), (ways, hidden, 4 * hidden))
    stored = [rng.integers(0, 256, shape, np.uint8) for shape in shapes]
    scales = [rng.uniform(0.002, 0.006, (ways, 4 * hidden) if each else ways) for _ in stored]
    zeros = [np.full(scale.shape, 128, np.uint8) for scale in scales]
    x, bias = rng.normal(size=(steps, 1, size)), rng.normal(size=(ways, 8 * hidden)) / 10
    arrays = [x.astype(F), *stored, bias.astype(F), None, None, None, None]
    for scale, zero in zip(scales, zeros, strict=True):
        arrays += [scale.astype(F), zero]
    data, inputs = single(
        "DynamicQuantizeLSTM", arrays, results=(F, F, F), domain=MS,
        direction=b"bidirectional", hidden_size=hidden,
    )  # fmt: skip
    got, want = reference(parse(data), inputs), runtime(data, inputs)
    for mine, theirs in zip(got, want, strict=True):
        assert mine.shape == theirs.shape
        assert np.abs(theirs).max() > 0.2
        np.testing.assert_allclose(mine, theirs, atol=0.01)
