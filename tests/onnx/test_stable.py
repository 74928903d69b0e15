# SPDX-License-Identifier: MIT
"""Operators that ONNX defines by a body of others: right at any mean and any scale.

Each is compared with what it means in float64, over ranges in which the body itself loses all
digits, overflows or gives no number.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import pytest

from npucore.tensor import Array
from npucore_onnx import parse
from npucore_onnx.ops import own
from tests.material.onnx.runtime import reference
from tests.material.onnx.write import single

RNG = np.random.default_rng(15)
F = np.float32
WIDE = np.concatenate(
    [np.linspace(-120, 120, 961), [-1e4, -300, -89, -1e-6, 0, 1e-6, 89, 300, 1e4]]
).astype(F)
RELATIVE, ABSOLUTE = 1e-5, 1e-7


def erf(x: Array) -> Array:
    return np.asarray(np.vectorize(math.erf)(x))


def erfc(x: Array) -> Array:
    return np.asarray(np.vectorize(math.erfc)(x))


def softplus(x: Array) -> Array:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def elu(x: Array, a: float = 1.0) -> Array:
    return np.where(x > 0, x, a * np.expm1(np.minimum(x, 0)))


def sigmoid(x: Array) -> Array:
    return np.exp(-softplus(-x))


def normal(x: Array, axes: tuple[int, ...], epsilon: float = 1e-5) -> Array:
    centred = x - x.mean(axes, keepdims=True)
    return np.asarray(centred / np.sqrt((centred**2).mean(axes, keepdims=True) + epsilon))


def log_softmax(x: Array) -> Array:
    low = x - x.max(-1, keepdims=True)
    return np.asarray(low - np.log(np.exp(low).sum(-1, keepdims=True)))


SELU = (1.67326319217681884765625, 1.05070102214813232421875)
GELU_TANH = math.sqrt(2 / math.pi)
FUNCTIONS: dict[str, tuple[Callable[[Array], Array], int, dict[str, Any]]] = {
    "Celu": (elu, 12, {}),
    "Elu": (elu, 11, {}),
    "Gelu": (lambda x: x * erfc(-x / math.sqrt(2)) / 2, 20, {}),
    "HardSigmoid": (lambda x: np.clip(0.2 * x + 0.5, 0, 1), 11, {}),
    "HardSwish": (lambda x: x * np.clip(x / 6 + 0.5, 0, 1), 14, {}),
    "LeakyRelu": (lambda x: np.where(x > 0, x, 0.01 * x), 11, {}),
    "Mish": (lambda x: x * np.tanh(softplus(x)), 18, {}),
    "Relu": (lambda x: np.maximum(x, 0), 11, {}),
    "Selu": (lambda x: SELU[1] * elu(x, SELU[0]), 11, {}),
    "Sigmoid": (sigmoid, 11, {}),
    "Softplus": (softplus, 11, {}),
    "Softsign": (lambda x: x / (1 + np.abs(x)), 11, {}),
    "Swish": (lambda x: x * sigmoid(x), 24, {}),
    "Tanh": (np.tanh, 11, {}),
    "ThresholdedRelu": (lambda x: np.where(x > 1, x, 0), 11, {}),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_of_single_numbers(name: str) -> None:
    function, opset, options = FUNCTIONS[name]
    data, inputs = single(name, [WIDE], opset=opset, **options)
    [got] = reference(parse(data), inputs)
    np.testing.assert_allclose(got, function(WIDE.astype(np.float64)), RELATIVE, ABSOLUTE)


def test_gelu_by_the_hyperbolic_tangent() -> None:
    data, inputs = single("Gelu", [WIDE], opset=20, approximate="tanh")
    wide = WIDE.astype(np.float64)
    want = wide / 2 * (1 + np.tanh(GELU_TANH * (wide + 0.044715 * wide**3)))
    np.testing.assert_allclose(reference(parse(data), inputs)[0], want, RELATIVE, 1e-6)


MEANS = [(0, 1), (100, 0.1), (1e4, 1), (-30, 0.01), (0, 1e-6), (0, 1e6)]
ONE = np.ones
NORMALIZATIONS: dict[str, tuple[Callable[[Array], Array], list[Array], int, dict[str, Any]]] = {
    "LayerNormalization": (lambda x: normal(x, (3,)), [ONE(8, F), np.zeros(8, F)], 17, {}),
    "InstanceNormalization": (lambda x: normal(x, (2, 3)), [ONE(6, F), np.zeros(6, F)], 11, {}),
    "GroupNormalization": (
        lambda x: normal(x.reshape(2, 3, 2, 7, 8), (2, 3, 4)).reshape(x.shape),
        [ONE(6, F), np.zeros(6, F)], 21, {"num_groups": 3},
    ),
    "MeanVarianceNormalization": (lambda x: normal(x, (0, 2, 3), 1e-18), [], 13, {}),
    "RMSNormalization": (
        lambda x: x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-5), [ONE(8, F)], 23, {},
    ),
    "LpNormalization": (lambda x: x / np.sqrt((x**2).sum(-1, keepdims=True)), [], 11, {}),
}  # fmt: skip


@pytest.mark.parametrize(("mean", "spread"), MEANS)
@pytest.mark.parametrize("name", NORMALIZATIONS)
def test_a_normalization(name: str, mean: float, spread: float) -> None:
    function, held, opset, options = NORMALIZATIONS[name]
    x = RNG.normal(mean, spread, (2, 6, 7, 8)).astype(F)
    data, inputs = single(name, [x, *held], opset=opset, **options)
    [got] = reference(parse(data), inputs)
    np.testing.assert_allclose(got, function(x.astype(np.float64)), 1e-4, 1e-6)


def test_a_layer_of_one_number_over_and_over() -> None:
    """The spread is 0, and nothing but rounding tells it from a negative one."""
    x = np.full((1, 4, 16), 77.7, F)
    data, inputs = single("LayerNormalization", [x, ONE(16, F), np.zeros(16, F)], opset=17)
    assert np.array_equal(reference(parse(data), inputs)[0], np.zeros_like(x))


@pytest.mark.parametrize("shift", [-1e4, -200, 0, 200, 1e4])
@pytest.mark.parametrize("name", ["LogSoftmax", "Softmax", "ReduceLogSumExp"])
def test_sums_of_exponentials(name: str, shift: float) -> None:
    x = (RNG.normal(0, 30, (5, 40)) + shift).astype(F)
    options: dict[str, Any] = {"axes": [1]} if name == "ReduceLogSumExp" else {}
    data, inputs = single(name, [x], opset=13, **options)
    wide = x.astype(np.float64)
    logs = log_softmax(wide)
    want = {
        "LogSoftmax": logs,
        "Softmax": np.exp(logs),
        "ReduceLogSumExp": (wide - logs)[:, :1],
    }[name]
    np.testing.assert_allclose(reference(parse(data), inputs)[0], want, 1e-4, 1e-6)


BODIES = {  # read as ONNX's body: they are sums, choices and ops that are stable themselves
    "AffineGrid", "Attention", "Bernoulli", "BlackmanWindow", "CausalConvWithState",
    "CenterCropPad", "DynamicQuantizeLinear", "HammingWindow", "HannWindow", "LinearAttention",
    "NegativeLogLikelihoodLoss", "Range", "ReduceLogSum", "RotaryEmbedding", "SequenceMap",
    "SoftmaxCrossEntropyLoss", "SwiGLU",
}  # fmt: skip


def test_every_other_body_was_looked_at() -> None:
    """A new operator of ONNX that is defined by a body has to be judged, not just inlined."""
    found = {
        schema.name
        for schema in onnx.defs.get_all_schemas_with_history()
        if schema.domain == ""
        and (schema.function_opset_versions or schema.context_dependent_function_opset_versions)
    }
    assert found - own().keys() <= BODIES


@pytest.mark.parametrize("name", ["Attention", "SoftmaxCrossEntropyLoss"])
def test_a_body_of_stable_operators_is_stable(name: str) -> None:
    x = RNG.normal(0, 60, (1, 2, 5, 8)).astype(F)
    if name == "Attention":
        data, inputs = single(name, [x, x, x], opset=23)
        wide = x.astype(np.float64)
        logs = log_softmax(wide @ wide.swapaxes(-1, -2) / math.sqrt(8))
        want: Array = np.exp(logs) @ wide
    else:
        labels = np.array([3, 1, 4, 0, 2])
        data, inputs = single(name, [x[0, 0], labels], opset=13, reduction="none")
        want = -log_softmax(x[0, 0].astype(np.float64))[np.arange(5), labels]
    np.testing.assert_allclose(reference(parse(data), inputs)[0], want, 1e-4, 1e-5)


OLDEST = {"Celu": 12, "Gelu": 20, "HardSwish": 14, "Mish": 18, "Swish": 24}


@pytest.mark.parametrize("opset", range(7, 19))
def test_functions_are_read_at_every_opset(opset: int) -> None:
    for name, (function, _, options) in FUNCTIONS.items():
        if OLDEST.get(name, 1) <= opset:
            data, inputs = single(name, [WIDE], opset=opset, **options)
            [got] = reference(parse(data), inputs)
            np.testing.assert_allclose(got, function(WIDE.astype(np.float64)), RELATIVE, ABSOLUTE)
