# SPDX-License-Identifier: MIT
"""A model's nodes as they are asked about: constants are folded, what nobody needs is gone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx", reason="onnx is not installed")

from onnx import TensorProto, helper, numpy_helper

from npucore.faces.claims import Judge
from npucore.faces.network import ValueRecord
from npucore.faces.onnx_model import network_of, tracing_frontend
from npucore.running.placed import Choices


def model() -> Any:
    """X -> Clip with bounds of another type -> MaxPool whose places nobody reads -> y."""
    nodes = [
        helper.make_node("Constant", [], ["low"], value_float=0.0),
        helper.make_node("Constant", [], ["high"], value=numpy_helper.from_array(np.array(6))),
        helper.make_node("Cast", ["high"], ["six"], to=TensorProto.FLOAT),
        helper.make_node("CastLike", ["low", "x"], ["zero"]),
        helper.make_node("Clip", ["x", "zero", "six"], ["c"]),
        helper.make_node("MaxPool", ["c"], ["y", "places"], kernel_shape=[2, 2]),
        helper.make_node("Neg", ["places"], ["unread"]),
        helper.make_node("DequantizeLinear", ["w", "s"], ["real"]),
        helper.make_node("Conv", ["y", "real"], ["z"]),
    ]
    held = [
        numpy_helper.from_array(np.ones((1, 1, 1, 1), np.int8), "w"),
        numpy_helper.from_array(np.array(0.5, np.float32), "s"),
    ]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 4, 4])
    z = helper.make_tensor_value_info("z", TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "g", [x], [z], held)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)


def test_constants_are_folded_but_for_quantized_weights() -> None:
    network = network_of(model(), "m")
    assert [node.operator for node in network.nodes] == [
        "Clip",
        "MaxPool",
        "DequantizeLinear",
        "Conv",
    ]
    bounds = [numpy_helper.to_array(network.constants[name]) for name in ("zero", "six")]
    assert [(float(b), b.dtype) for b in bounds] == [(0.0, np.float32), (6.0, np.float32)]
    assert network.values["z"] == ValueRecord(TensorProto.FLOAT, (1, 1, 3, 3))


def test_results_that_nobody_reads_are_not_asked_for() -> None:
    network = network_of(model(), "m")
    assert network.nodes[1].outputs == ("y", "")
    claims = Judge(network, tracing_frontend(), Choices("reference")).claims()
    assert (claims.groups, claims.refusals) == ([[0, 1, 2, 3]], {})
