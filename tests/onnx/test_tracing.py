# SPDX-License-Identifier: MIT
"""The frontend says what has become of each node."""

from __future__ import annotations

import numpy as np

from npucore.contract.traced import Traced, Traces
from npucore_onnx import OnnxFrontend
from tests.material.onnx.write import changed, model, node
from tests.material.ort.models import floats, quantized

X = {"x": (np.float32, [1, 4])}


def traced(data: bytes) -> Traced:
    frontend = OnnxFrontend()
    assert isinstance(frontend, Traces)
    return frontend.traced(data, "model")


def named(found: Traced) -> list[tuple[str, list[int]]]:
    return [(op.name, sorted(places)) for op, places in found.nodes.items()]


def test_an_op_has_the_nodes_that_it_was_joined_of() -> None:
    found = named(traced(floats()))
    assert ("convolution", [0, 1]) in found  # with its rectifier
    assert found[-1] == ("softmax", [4])
    assert {place for _, places in found for place in places} == {0, 1, 2, 3, 4}


def test_nodes_that_others_take_in_have_no_op() -> None:
    found = traced(quantized(sine=False))
    places = [places for name, places in named(found) if name == "convolution"]
    assert len(places) == 2
    assert len(set().union(*places)) == 2  # the Convs; no op is left of what says their scales
    assert found.refusals == {}


def test_what_cannot_be_read_is_named_and_what_is_behind_it_is_judged() -> None:
    nodes = [
        node("Relu", ["x"], "a"),
        node("Unheard", ["a"], "b"),
        node("Neg", ["b"], "c"),
        node("TopK", ["c", "k"], "values", "y"),
        node("Unheard", ["values"], "z"),
    ]
    ends = {**X, "k": (np.int64, [1])}
    data = model(nodes, ends, {"y": np.int64, "z": np.float32})

    def declare(proto: object) -> None:
        from onnx import helper

        for name, kind, shape in (("b", 1, [1, 4]), ("values", 1, [1, 2]), ("y", 7, [1, 2])):
            info = helper.make_tensor_value_info(name, kind, shape)
            proto.graph.value_info.append(info)  # type: ignore[attr-defined]  # a ModelProto
        for end in proto.graph.output:  # type: ignore[attr-defined]  # a ModelProto
            dims = end.type.tensor_type.shape.dim
            dims.add().dim_value, dims.add().dim_value = 1, 2

    found = traced(changed(data, declare))
    assert found.graph is None
    assert set(found.refusals) == {1, 3, 4}
    assert found.refusals[1] == "not supported"
    assert "is computed, not constant" in found.refusals[3]


def test_ops_that_only_the_ends_need_are_of_no_node() -> None:
    data = model([node("Relu", ["x"])], {"x": (np.float16, [1, 4])}, {"y": np.float16})
    found = named(traced(data))
    assert ("relu", [0]) in found
    assert found[-1] == ("cast", [])
