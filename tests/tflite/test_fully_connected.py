# SPDX-License-Identifier: MIT
"""FULLY_CONNECTED."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from npucore.tensor import Array, Shape
from tests.material.tflite.litert import assert_equals_litert, assert_equals_xnnpack, reference
from tests.material.tflite.steps import at_steps, random_scales
from tests.material.tflite.write import ACTIVATIONS, TensorSpec, constant, draw, single

Rng = np.random.Generator


def build(
    rng: Rng,
    dtype: str,
    shape: Shape = (9, 40),
    outputs: int = 65,
    *,
    activation: str = "none",
    per_channel: bool = False,
    multiplier: float | None = None,
    limit: int = 127,
    bias: int = 9000,
    zeros: tuple[int, int, int] | None = None,  # input, weights, output
    result: Shape | None = None,
    **options: Any,
) -> tuple[bytes, Array]:
    """A model and an input; weights differ from their zero point by at most *limit*."""
    inner, out = shape[-1], result or (*shape[:-1], outputs)
    options["fusedActivationFunction"] = ACTIVATIONS[activation]
    if dtype == "float32":
        x = TensorSpec(shape)
        weights = constant(rng.normal(0, inner**-0.5, (outputs, inner)), np.float32)
        operands = [x, weights, constant(rng.normal(size=outputs), np.float32)]
        return single("FULLY_CONNECTED", operands, TensorSpec(out), **options), draw(rng, x)
    zi, zw, zo = zeros or ((-3, 0, 5) if dtype == "int8" else (120, 127, 131))
    least, most = (-127, 127) if dtype == "int8" else (0, 255)
    low, high = max(zw - limit, least), min(zw + limit, most)
    scales = 0.0078 * np.asarray(rng.uniform(0.3, 2, outputs) if per_channel else 1.0)
    so = 0.05 * 0.0078 / (multiplier or 50 / (43 * limit * inner**0.5))
    x = TensorSpec(shape, dtype, 0.05, zi)
    weights = constant(
        rng.integers(low, high + 1, (outputs, inner)), dtype, scale=scales, zero_point=zw
    )
    biases = constant(rng.integers(-bias, bias + 1, outputs), scale=scales * 0.05)
    made = single(
        "FULLY_CONNECTED", [x, weights, biases], TensorSpec(out, dtype, so, zo), **options
    )
    return made, draw(rng, x)


ARITHMETIC: dict[str, dict[str, Any]] = {
    "plain": {},
    "relu": {"activation": "relu"},
    "relu6": {"activation": "relu6", "multiplier": 1 / 110, "limit": 20},
    "relu_n1_to_1": {"activation": "relu_n1_to_1", "multiplier": 1 / 40, "limit": 10},
    "multiplier-half": {"multiplier": 0.5, "limit": 1, "bias": 30},
    "multiplier-below-half": {"multiplier": 0.49999997, "limit": 1, "bias": 30},
    "multiplier-quarter": {"multiplier": 0.25, "limit": 1, "bias": 60},
    "multiplier-one": {"multiplier": 1.0, "limit": 1, "bias": 20},
    "multiplier-above-one": {"multiplier": 1.37, "limit": 1, "bias": 9},
    "multiplier-tiny": {"multiplier": 2.0**-24, "bias": 2_000_000_000},
    "multiplier-tiny-odd": {"multiplier": 1.7e-6, "bias": 60_000_000},
    "sums-beyond-float32": {"multiplier": 3e-6, "bias": 30_000_000, "shape": (9, 1300)},
}
EDGES = {
    "int8-lowest": ("int8", (-128, 0, -128)),
    "int8-highest": ("int8", (127, 0, 127)),
    "uint8-lowest": ("uint8", (0, 0, 0)),
    "uint8-highest": ("uint8", (255, 255, 0)),
    "uint8-opposite": ("uint8", (0, 255, 255)),
}
DTYPES = pytest.mark.parametrize("dtype", ["int8", "uint8", "float32"])
BYTES = pytest.mark.parametrize("dtype", ["int8", "uint8"])
CASES = pytest.mark.parametrize("changes", ARITHMETIC.values(), ids=ARITHMETIC.keys())


@DTYPES
@pytest.mark.parametrize("inputs", [1, 3, 5, 20, 33, 40, 63, 65, 114])
@pytest.mark.parametrize("outputs", [1, 3, 33, 65])
def test_any_number_of_features(rng: Rng, dtype: str, inputs: int, outputs: int) -> None:
    assert_equals_litert(*build(rng, dtype, (65, inputs), outputs))


@BYTES
@CASES
def test_accumulators_are_rounded_as_in_litert(
    rng: Rng, dtype: str, changes: dict[str, Any]
) -> None:
    assert_equals_litert(*build(rng, dtype, **changes))


@BYTES
@pytest.mark.parametrize("per_channel", [False, True], ids=["one-scale", "per-channel"])
@pytest.mark.parametrize("kernels", ["BUILTIN_REF", "AUTO"])
def test_accumulators_at_the_steps_are_rounded_as_in_litert(
    rng: Rng, dtype: str, per_channel: bool, kernels: str
) -> None:
    si, sw, so = random_scales(rng)
    biases = at_steps(si, sw, so)
    o, zero = len(biases), 0 if dtype == "int8" else 128
    per_channel = per_channel and dtype == "int8"
    scales = np.full(o, sw) if per_channel else sw
    x = TensorSpec((1, 1), dtype, si, zero)
    weights = constant(np.full((o, 1), zero + 1), dtype, scale=scales, zero_point=zero)
    operands = [x, weights, constant(biases, scale=scales * si)]
    model = single("FULLY_CONNECTED", operands, TensorSpec((1, o), dtype, so, zero))
    judge = assert_equals_litert if kernels == "BUILTIN_REF" else assert_equals_xnnpack
    judge(model, np.full((1, 1), zero, dtype))


@BYTES
@CASES
def test_exact_rounding_is_that_of_xnnpack(rng: Rng, dtype: str, changes: dict[str, Any]) -> None:
    assert_equals_xnnpack(*build(rng, dtype, **changes))


@CASES
def test_every_output_has_its_own_scale(rng: Rng, changes: dict[str, Any]) -> None:
    assert_equals_litert(*build(rng, "int8", per_channel=True, **changes))


@CASES
def test_exact_rounding_per_channel_is_that_of_xnnpack(rng: Rng, changes: dict[str, Any]) -> None:
    assert_equals_xnnpack(*build(rng, "int8", per_channel=True, **changes))


@pytest.mark.parametrize(("dtype", "zeros"), EDGES.values(), ids=EDGES.keys())
def test_zero_points_at_the_edges(rng: Rng, dtype: str, zeros: tuple[int, int, int]) -> None:
    multiplier = 1 / (200 * 40 if dtype == "uint8" else 150 * 40**0.5)
    made = build(rng, dtype, zeros=zeros, limit=255, bias=900, multiplier=multiplier)
    assert_equals_litert(*made)


@pytest.mark.parametrize("activation", ["relu", "relu6", "relu_n1_to_1"])
def test_floats_are_clamped(rng: Rng, activation: str) -> None:
    assert_equals_litert(*build(rng, "float32", activation=activation))


@DTYPES
def test_leading_axes_are_kept_on_demand(rng: Rng, dtype: str) -> None:
    assert_equals_litert(*build(rng, dtype, (2, 3, 4, 20), keepNumDims=True))


@DTYPES
def test_leading_axes_are_merged_otherwise(rng: Rng, dtype: str) -> None:
    assert_equals_litert(*build(rng, dtype, (2, 3, 4, 20), result=(24, 65)))


def test_a_missing_bias_is_zero(rng: Rng) -> None:
    x = TensorSpec((4, 20), np.int8, 0.05, 3)
    weights = constant(rng.integers(-127, 128, (33, 20)), np.int8, scale=0.01)
    result = TensorSpec((4, 33), np.int8, 0.2, -7)
    assert_equals_litert(single("FULLY_CONNECTED", [x, weights, None], result), draw(rng, x))


def test_shuffled_weights_are_refused_by_name(rng: Rng) -> None:
    model, x = build(rng, "int8", weightsFormat=1)
    with pytest.raises(UnsupportedError, match=r"FULLY_CONNECTED.*weights format 1"):
        reference(model, [x])
