# SPDX-License-Identifier: MIT
"""QDQ and QOperator graphs against ONNX Runtime: the same bytes, as integer ops."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from npucore.ops import Convolution
from npucore.quantize import Rounding
from npucore.tensor import Array
from npucore_onnx import parse
from tests.material.onnx.runtime import assert_equals_runtime
from tests.material.onnx.stored import BYTES, EVERY, STEPS, Rng, draw, seven_bits, zero
from tests.material.onnx.write import Qdq, model, node


@BYTES
@pytest.mark.parametrize(
    "scales",
    [(0.1, 0.1, 0.2), (0.25, 0.5, 1.0), (0.013, 0.19, 0.0771), (0.0235, 0.0235, 0.0235)],
    ids=["decimal", "halves", "odd", "equal"],
)
def test_every_sum_of_two_bytes(dtype: Any, scales: tuple[float, float, float]) -> None:
    a, b = (each.copy().view(dtype) for each in np.meshgrid(EVERY, EVERY, indexing="ij"))
    graph = Qdq()
    operands = [
        graph.input(a, scales[0], zero(dtype, 3)),
        graph.input(b, scales[1], zero(dtype, 77)),
    ]
    data = graph.file(graph.node("Add", operands), scales[2], zero(dtype, 101), dtype)
    assert [op.name for op in assert_equals_runtime(data, {"x0": a, "x1": b}).ops] == ["add"]


@BYTES
def test_products_of_two_bytes(dtype: Any) -> None:
    a, b = (each.copy().view(dtype) for each in np.meshgrid(EVERY, EVERY, indexing="ij"))
    graph = Qdq()
    operands = [graph.input(a, 0.0173, zero(dtype, 3)), graph.input(b, 0.19, zero(dtype, 77))]
    data = graph.file(graph.node("Mul", operands), 0.31, zero(dtype, 0), dtype)
    assert [op.name for op in assert_equals_runtime(data, {"x0": a, "x1": b}).ops] == ["mul"]


UNARY: list[tuple[str, dict[str, Any], list[str]]] = [
    ("Sigmoid", {}, ["logistic"]),
    ("LeakyRelu", {"alpha": 0.1}, ["leaky_relu"]),
    ("Tanh", {}, ["dequantize", "tanh", "quantize"]),
    ("HardSwish", {}, ["dequantize", "hswish", "quantize"]),
    ("Relu", {}, ["dequantize", "relu", "quantize"]),
]


@BYTES
@pytest.mark.parametrize(("operator", "options", "ops"), UNARY, ids=[case[0] for case in UNARY])
def test_every_byte(dtype: Any, operator: str, options: dict[str, Any], ops: list[str]) -> None:
    x = EVERY.view(dtype).reshape(1, 256)
    graph = Qdq()
    made = graph.node(operator, [graph.input(x, 0.043, zero(dtype, 60))], **options)
    data = graph.file(made, 0.0123, zero(dtype, 9), dtype)
    assert [op.name for op in assert_equals_runtime(data, {"x0": x}).ops] == ops


POOLS: list[tuple[str, dict[str, Any]]] = [
    ("GlobalAveragePool", {}),
    ("AveragePool", {"kernel_shape": [2, 2], "strides": [2, 2]}),
    ("AveragePool", {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}),
]


@BYTES
@pytest.mark.parametrize("output", [(0.1, 3), (0.07, 9)], ids=["same", "other"])
@pytest.mark.parametrize(("operator", "options"), POOLS, ids=["global", "2x2", "3x3"])
def test_averages(
    rng: Rng, dtype: Any, output: tuple[float, int], operator: str, options: dict[str, Any]
) -> None:
    x = draw(rng, dtype, 2, 33, 8, 6)
    graph = Qdq()
    made = graph.node(operator, [graph.input(x, 0.1, zero(dtype, 3))], **options)
    assert_equals_runtime(graph.file(made, output[0], zero(dtype, output[1]), dtype), {"x0": x})


@pytest.mark.parametrize("axes", [[2, 3], [3, 2], [-2, -1], [-1, -2]], ids=str)
def test_a_mean_over_rows_and_columns_stays_stored(rng: Rng, axes: list[int]) -> None:
    graph = Qdq()
    x = graph.input(draw(rng, np.int8, 1, 5, 8, 6), 0.1, zero(np.int8, 3))
    made = graph.node("ReduceMean", [x], axes=axes)
    read = parse(graph.file(made, 0.1, zero(np.int8, 3), np.int8), "mean.onnx")
    assert [op.name for op in read.ops] == ["mean"]


@STEPS
def test_probabilities(rng: Rng, steps: float) -> None:
    x = draw(rng, np.uint8, 400, 101)
    graph = Qdq()
    made = graph.node("Softmax", [graph.input(x, 0.07, 3)], axis=-1)
    data = graph.file(made, 1 / steps, 0, np.uint8)
    assert [op.name for op in assert_equals_runtime(data, {"x0": x}).ops] == ["softmax"]


@BYTES
def test_operands_of_other_scales_are_brought_to_one(rng: Rng, dtype: Any) -> None:
    x = EVERY.view(dtype).reshape(1, 256)
    graph = Qdq()
    operands = [graph.input(x, scale, zero(dtype, 5)) for scale in (0.1, 0.13, 0.12)]
    data = graph.file(graph.node("Concat", operands, axis=1), 0.12, zero(dtype, 5), dtype)
    assert_equals_runtime(data, {f"x{n}": x for n in range(3)})


MOVES: list[tuple[str, list[Array], dict[str, Any], int]] = [
    ("Reshape", [np.array([2, -1])], {}, 1),
    ("Transpose", [], {"perm": [0, 2, 3, 1]}, 1),
    ("Slice", [np.array([1]), np.array([5]), np.array([1])], {}, 1),
    ("MaxPool", [], {"kernel_shape": [2, 2]}, 3),
    ("Resize", [np.zeros(0, np.float32), np.array([1, 1, 2, 2], np.float32)], {}, 3),
    ("DepthToSpace", [], {"blocksize": 2}, 3),
]


@BYTES
@pytest.mark.parametrize(
    ("operator", "held", "options", "most"), MOVES, ids=[case[0] for case in MOVES]
)
def test_what_moves_stays_stored(
    rng: Rng, dtype: Any, operator: str, held: list[Array], options: dict[str, Any], most: int
) -> None:
    x = draw(rng, dtype, 2, 8, 6, 6)
    graph = Qdq()
    names = [graph.input(x, 0.1, zero(dtype, 3))]
    for number, array in enumerate(held):
        graph.constants[f"held{number}"] = array
        names.append(f"held{number}")
    data = graph.file(graph.node(operator, names, **options), 0.1, zero(dtype, 3), dtype)
    ops = assert_equals_runtime(data, {"x0": x}).ops
    assert {op.outputs[0].dtype for op in ops} == {np.dtype(dtype)}
    assert len(ops) <= most


@BYTES
@pytest.mark.parametrize(("second", "float_ops"), [(0.1, 0), (0.07, 4)], ids=["same", "other"])
def test_pieces_stay_stored_where_all_have_the_wholes_numbers(
    rng: Rng, dtype: Any, second: float, float_ops: int
) -> None:
    """Otherwise ONNX Runtime cuts floats, and so do we."""
    x = draw(rng, dtype, 2, 8, 6, 6)
    graph = Qdq()
    whole = graph.input(x, 0.1, zero(dtype, 3))
    graph.nodes.append(node("Split", [whole], "a", "b", axis=1))
    for name, scale in (("a", 0.1), ("b", second)):
        meaning = graph.meaning(scale, zero(dtype, 3), dtype)
        graph.nodes.append(node("QuantizeLinear", [name, *meaning], f"{name}_stored"))
    ends = {"a_stored": dtype, "b_stored": dtype}
    data = model(graph.nodes, graph.inputs, ends, graph.constants)
    ops = assert_equals_runtime(data, {"x0": x}).ops
    floats = [op for op in ops if any(t.dtype.kind == "f" for t in (*op.inputs, *op.outputs))]
    assert len(floats) == float_ops
    assert [op.name for op in ops].count("split") == 1


CONVOLUTIONS: dict[str, dict[str, Any]] = {
    "one-scale": {},
    "scale-per-channel": {"per_channel": True},
    "grouped": {"groups": 4, "per_channel": True},
    "depthwise": {"groups": 16, "outputs": 16},
    "float-bias": {"bias": "float"},
    "no-bias": {"bias": None},
    "relu-at-the-edge": {"clamp": "Relu", "output": (0.03, 0)},
    "clip-that-covers": {"clamp": "Clip", "output": (6 / 255, 0)},
    "uint8-weights": {"weights": np.uint8},
}


@pytest.mark.parametrize("case", CONVOLUTIONS.values(), ids=CONVOLUTIONS.keys())
def test_convolutions(rng: Rng, case: dict[str, Any]) -> None:
    data, x = convolution(rng, np.uint8, **case)
    graph = assert_equals_runtime(data, {"x0": x})
    assert sum(isinstance(op, Convolution) for op in graph.ops) == 1
    assert {op.outputs[0].dtype for op in graph.ops} == {np.dtype(np.uint8)}


@pytest.mark.parametrize("clamp", ["Relu", "Clip"])
def test_a_clamp_inside_the_range_is_the_convolution_s_own(rng: Rng, clamp: str) -> None:
    """ONNX Runtime computes these in float, and so nearly the same."""
    data, x = convolution(rng, np.int8, clamp=clamp, output=(0.06, 128))
    [op] = [op for op in parse(data).ops if isinstance(op, Convolution)]
    assert op.activation == {"Relu": "relu", "Clip": "relu6"}[clamp]
    assert_equals_runtime(data, {"x0": x})


def convolution(
    rng: Rng,
    dtype: Any,
    per_channel: bool = False,
    groups: int = 1,
    outputs: int = 24,
    bias: str | None = "int32",
    clamp: str | None = None,
    output: tuple[float, int] = (0.1, 100),
    weights: Any = np.int8,
) -> tuple[bytes, Array]:
    """A QDQ file of one convolution, and an input for it."""
    x = draw(rng, dtype, 1, 16, 9, 9)
    data = seven_bits(rng, outputs, 16 // groups, 3, 3).astype(np.int16)
    scale: Any = rng.uniform(0.001, 0.01, outputs) if per_channel else 0.004
    offset = 128 if weights == np.uint8 else 0
    graph = Qdq()
    operands = [graph.input(x, 0.05, zero(dtype, 3))]
    operands.append(graph.constant((data + offset).astype(weights), scale, offset))
    if bias == "int32":
        numbers = rng.integers(-500, 500, outputs).astype(np.int32)
        unit = np.float32(0.05) * np.asarray(scale, np.float32)
        operands.append(graph.constant(numbers, unit))
    elif bias == "float":
        graph.constants["bias"] = rng.normal(size=outputs).astype(np.float32)
        operands.append("bias")
    made = graph.node("Conv", operands, pads=[1, 1, 1, 1], group=groups)
    if clamp is not None:
        graph.constants |= {"low": np.array(0, np.float32), "high": np.array(6, np.float32)}
        made = graph.node(clamp, [made, "low", "high"] if clamp == "Clip" else [made])
    return graph.file(made, output[0], zero(dtype, output[1]), dtype), x


@pytest.mark.parametrize("computed", [True, False], ids=["computed", "weights"])
def test_matrices_of_two_dtypes(rng: Rng, computed: bool) -> None:
    a, b = draw(rng, np.uint8, 5, 40), seven_bits(rng, 40, 30)
    graph = Qdq()
    operands = [graph.input(a, 0.1, 3)]
    operands.append(graph.input(b, 0.02, 7) if computed else graph.constant(b, 0.02, 7))
    data = graph.file(graph.node("MatMul", operands), 0.8, 60, np.uint8)
    assert_equals_runtime(data, {"x0": a} | ({"x1": b} if computed else {}))


def test_layers_with_a_bias(rng: Rng) -> None:
    x, weights = draw(rng, np.uint8, 5, 40), seven_bits(rng, 30, 40)
    graph = Qdq()
    operands = [graph.input(x, 0.05, 3), graph.constant(weights, 0.004)]
    numbers = rng.integers(-500, 500, 30).astype(np.int32)
    operands.append(graph.constant(numbers, np.float32(0.05) * np.float32(0.004)))
    made = graph.node("Gemm", operands, transB=1)
    ops = assert_equals_runtime(graph.file(made, 0.1, 100, np.uint8), {"x0": x}).ops
    assert [op.name for op in ops] == ["fully_connected"]


def test_the_rule_of_rounding_is_exact(rng: Rng) -> None:
    assert parse(convolution(rng, np.uint8)[0]).rounding is Rounding.EXACT


def test_an_input_means_what_its_first_reader_takes_it_for(rng: Rng) -> None:
    [x] = parse(convolution(rng, np.uint8)[0]).inputs
    assert (float(x.q.scale), int(x.q.zero_point)) == (float(np.float32(0.05)), 3)


def test_another_meaning_of_the_same_bytes_is_a_reshape(rng: Rng) -> None:
    x = draw(rng, np.uint8, 1, 256)
    graph = Qdq()
    first = graph.input(x, 0.1, 3)
    graph.nodes.append(node("DequantizeLinear", ["x0", *graph.meaning(0.07, 90, np.uint8)], "r"))
    data = graph.file(graph.node("Add", [first, "r"]), 0.2, 40, np.uint8)
    names = [op.name for op in assert_equals_runtime(data, {"x0": x}).ops]
    assert names == ["reshape", "add"]
