# SPDX-License-Identifier: MIT
"""Transpositions that cancel, and float ops that the op before them takes in."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.graph import Graph
from npucore.ops import Activation, Convolution
from npucore.tensor import Array
from npucore_onnx import parse
from npucore_onnx.value import NHWC, moves_nothing, permutation
from tests.material.onnx.runtime import assert_equals_runtime
from tests.material.onnx.write import model, node

Rng = np.random.Generator


def weights(rng: Rng, *shape: int) -> Array:
    return rng.normal(size=shape).astype(np.float32)


def names(graph: Graph) -> list[str]:
    return [op.name for op in graph.ops]


def test_a_chain_of_maps_is_transposed_at_its_ends_alone(rng: Rng) -> None:
    nodes = [
        node("Conv", ["x", "w0"], "a", pads=[1, 1, 1, 1]),
        node("MaxPool", ["a"], "b", kernel_shape=[2, 2]),
        node("Sigmoid", ["b"], "c"),
        node("Mul", ["b", "c"], "d"),
        node("Concat", ["d", "b"], "e", axis=1),
        node("Pad", ["e", "pads"], "f"),
        node("Conv", ["f", "w1"], "y"),
    ]
    constants = {"w0": weights(rng, 8, 3, 3, 3), "w1": weights(rng, 4, 16, 1, 1)}
    constants["pads"] = np.array([0, 0, 1, 0, 0, 0, 0, 2])
    data = model(nodes, {"x": (np.float32, [1, 3, 8, 8])}, {"y": np.float32}, constants)
    graph = assert_equals_runtime(data, {"x": weights(rng, 1, 3, 8, 8)})
    kinds = ["convolution", "pooling", "logistic", "mul", "concatenation", "pad", "convolution"]
    assert names(graph) == ["transpose", *kinds, "transpose"]


def test_maps_that_come_as_nhwc_are_not_transposed(rng: Rng) -> None:
    nodes = [
        node("Transpose", ["x"], "a", perm=[0, 3, 1, 2]),
        node("Conv", ["a", "w"], "b"),
        node("Transpose", ["b"], "y", perm=[0, 2, 3, 1]),
    ]
    ends = {"x": (np.float32, [1, 8, 8, 3])}
    data = model(nodes, ends, {"y": np.float32}, {"w": weights(rng, 5, 3, 3, 3)})
    graph = assert_equals_runtime(data, {"x": weights(rng, 1, 8, 8, 3)})
    assert names(graph) == ["convolution"]
    assert [tensor.name for tensor in graph.outputs] == ["y"]


def test_a_pixel_is_flattened_without_moving(rng: Rng) -> None:
    nodes = [
        node("Conv", ["x", "w"], "a"),
        node("GlobalAveragePool", ["a"], "b"),
        node("Flatten", ["b"], "y"),
    ]
    ends = {"x": (np.float32, [1, 3, 8, 8])}
    data = model(nodes, ends, {"y": np.float32}, {"w": weights(rng, 5, 3, 3, 3)})
    graph = assert_equals_runtime(data, {"x": weights(rng, 1, 3, 8, 8)})
    assert names(graph) == ["transpose", "convolution", "mean", "reshape"]


def test_axes_follow_their_tensor(rng: Rng) -> None:
    nodes = [
        node("Conv", ["x", "w"], "a"),
        node("Split", ["a"], "b", "c", axis=1),
        node("Slice", ["b", "from", "to", "axes"], "d"),
        node("ReduceMean", ["d"], "e", axes=[2], keepdims=0),
        node("ReduceMax", ["c"], "f", axes=[1], keepdims=1),
        node("Add", ["d", "f"], "g"),
        node("Softmax", ["g"], "y", axis=1),
        node("Gather", ["e", "picked"], "z", axis=1),
    ]
    constants = {"w": weights(rng, 6, 3, 3, 3), "picked": np.array([2, 0])}
    constants |= {"from": np.array([0]), "to": np.array([3]), "axes": np.array([1])}
    ends = {"x": (np.float32, [1, 3, 8, 9])}
    data = model(nodes, ends, {"y": np.float32, "z": np.float32}, constants)
    assert_equals_runtime(data, {"x": weights(rng, 1, 3, 8, 9)})


@pytest.mark.parametrize("clamp", ["Relu", "Clip"])
def test_a_convolution_takes_in_what_follows(rng: Rng, clamp: str) -> None:
    nodes = [
        node("Conv", ["x", "w"], "a"),
        node("BatchNormalization", ["a", "s", "b", "m", "v"], "c"),
        node(clamp, ["c", "low", "high"] if clamp == "Clip" else ["c"], "y"),
    ]
    constants: dict[str, Array | np.generic] = {"w": weights(rng, 6, 3, 3, 3)}
    constants |= {"low": np.float32(0), "high": np.float32(6)}
    constants |= {name: weights(rng, 6) for name in "sbm"}
    constants["v"] = np.abs(weights(rng, 6)) + np.float32(0.1)
    ends = {"x": (np.float32, [1, 3, 8, 8])}
    data = model(nodes, ends, {"y": np.float32}, constants)
    graph = assert_equals_runtime(data, {"x": weights(rng, 1, 3, 8, 8)})
    assert names(graph) == ["transpose", "convolution", "transpose"]
    [op] = [op for op in graph.ops if isinstance(op, Convolution)]
    assert op.activation == (Activation.RELU if clamp == "Relu" else Activation.RELU6)


def test_what_somebody_else_reads_is_not_taken_in(rng: Rng) -> None:
    nodes = [node("Conv", ["x", "w"], "a"), node("Relu", ["a"], "y"), node("Abs", ["a"], "z")]
    ends = {"x": (np.float32, [1, 3, 8, 8])}
    outputs = {"y": np.float32, "z": np.float32}
    data = model(nodes, ends, outputs, {"w": weights(rng, 5, 3, 3, 3)})
    graph = assert_equals_runtime(data, {"x": weights(rng, 1, 3, 8, 8)})
    assert {"relu", "absolute"} <= set(names(graph))


def test_what_nobody_needs_is_not_read(rng: Rng) -> None:
    nodes = [node("Abs", ["x"], "y"), node("NobodyKnowsThis", ["x"], "z")]
    data = model(nodes, {"x": (np.float32, [3])}, {"y": np.float32})
    assert names(parse(data)) == ["absolute"]


def test_a_value_may_be_returned_under_several_names_and_orders(rng: Rng) -> None:
    nodes = [
        node("Conv", ["x", "w"], "a"),
        node("Identity", ["a"], "y"),
        node("Identity", ["a"], "z"),
        node("Transpose", ["a"], "t", perm=[0, 2, 3, 1]),
        node("Identity", ["x"], "same"),
    ]
    ends = {"x": (np.float32, [1, 3, 8, 8])}
    outputs = dict.fromkeys(["a", "y", "z", "t", "same", "x2"], np.float32)
    nodes.append(node("Identity", ["w"], "x2"))
    data = model(nodes, ends, outputs, {"w": weights(rng, 5, 3, 3, 3)})
    assert_equals_runtime(data, {"x": weights(rng, 1, 3, 8, 8)})


def test_permutations() -> None:
    assert permutation((0, 1, 2, 3), NHWC) == (0, 2, 3, 1)
    assert permutation(NHWC, (0, 1, 2, 3)) == (0, 3, 1, 2)
    assert moves_nothing((1, 1, 1, 7), (0, 3, 1, 2))
    assert not moves_nothing((1, 2, 1, 7), (0, 3, 1, 2))
