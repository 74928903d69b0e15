# SPDX-License-Identifier: MIT
"""Quantized operators of their own against ONNX Runtime."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from npucore.tensor import Array
from tests.material.onnx.runtime import assert_equals_runtime
from tests.material.onnx.stored import BYTES, STEPS, Rng, draw, zero
from tests.material.onnx.write import MICROSOFT, model, node


@BYTES
@STEPS
def test_probabilities_of_the_quantized_operator(rng: Rng, dtype: Any, steps: float) -> None:
    x, low = draw(rng, dtype, 400, 101), zero(dtype, 0)
    constants = {"s": np.float32(0.07), "z": dtype(5), "sy": np.float32(1 / steps)}
    made = node("QLinearSoftmax", ["x", "s", "z", "sy", "zy"], domain=MICROSOFT, opset=13, axis=-1)
    ends = {"x": (dtype, x.shape)}
    data = model([made], ends, {"y": dtype}, constants | {"zy": dtype(low)})
    assert_equals_runtime(data, {"x": x})


@pytest.mark.parametrize("operator", ["ConvInteger", "MatMulInteger"])
def test_accumulators_are_results(rng: Rng, operator: str) -> None:
    shape, held = ((1, 6, 9, 8), (5, 6, 3, 3)) if "Conv" in operator else ((4, 50), (50, 7))
    x, weights = draw(rng, np.uint8, *shape), draw(rng, np.uint8, *held)
    constants: dict[str, Array | np.generic] = {
        "w": weights,
        "zx": np.uint8(7),
        "zw": np.uint8(130),
    }
    made = node(operator, ["x", "w", "zx", "zw"])
    data = model([made], {"x": (np.uint8, shape)}, {"y": np.int32}, constants)
    assert_equals_runtime(data, {"x": x})


QLINEAR: dict[str, tuple[list[str], dict[str, Any]]] = {
    "QLinearAdd": (["a", "b", "y"], {}),
    "QLinearMul": (["a", "b", "y"], {}),
    "QLinearSigmoid": (["a", "y"], {}),
    "QLinearLeakyRelu": (["a", "y"], {"alpha": 0.2}),
    "QLinearGlobalAveragePool": (["a", "y"], {}),
    "QLinearAveragePool": (["a", "y"], {"kernel_shape": [2, 2]}),
    "QLinearConcat": (["y", "a", "b"], {"axis": 1}),
}


@pytest.mark.parametrize("operator", QLINEAR)
def test_quantized_operators_of_microsoft(rng: Rng, operator: str) -> None:
    order, options = QLINEAR[operator]
    numbers = {"a": (0.071, 3), "b": (0.113, 77), "y": (0.153, 20)}
    if operator == "QLinearSigmoid":
        numbers["y"] = (0.0042, 2)
    names: list[str] = []
    constants: dict[str, Array | np.generic] = {}
    inputs: dict[str, Array] = {}
    for name in order:
        constants |= {f"s{name}": np.float32(numbers[name][0])}
        constants |= {f"z{name}": np.uint8(numbers[name][1])}
        if name != "y":
            inputs[name] = draw(rng, np.uint8, 2, 8, 6, 6)
            names.append(name)
        names += [f"s{name}", f"z{name}"]
    made = node(operator, names, domain=MICROSOFT, **options)
    ends = {name: (np.uint8, array.shape) for name, array in inputs.items()}
    assert_equals_runtime(model([made], ends, {"y": np.uint8}, constants), inputs)


def test_products_of_matrices(rng: Rng) -> None:
    a, b = draw(rng, np.uint8, 5, 40), draw(rng, np.uint8, 40, 30)
    constants: dict[str, Array | np.generic] = {"sa": np.float32(0.1), "za": np.uint8(3)}
    constants |= {"sb": np.float32(0.02)}
    constants |= {"zb": np.uint8(120), "sy": np.float32(0.8), "zy": np.uint8(60)}
    made = node("QLinearMatMul", ["a", "sa", "za", "b", "sb", "zb", "sy", "zy"])
    ends = {"a": (np.uint8, a.shape), "b": (np.uint8, b.shape)}
    assert_equals_runtime(model([made], ends, {"y": np.uint8}, constants), {"a": a, "b": b})
    held = model([made], {"a": ends["a"]}, {"y": np.uint8}, constants | {"b": b})
    graph = assert_equals_runtime(held, {"a": a})
    assert [op.name for op in graph.ops] == ["fully_connected"]
