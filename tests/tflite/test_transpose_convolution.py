# SPDX-License-Identifier: MIT
"""TRANSPOSE_CONV."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from npucore.tensor import Array
from tests.material.tflite.litert import assert_equals_litert
from tests.material.tflite.steps import at_steps, random_scales
from tests.material.tflite.write import ACTIVATIONS, SAME, VALID, TensorSpec, constant, draw, single

Rng = np.random.Generator


@dataclass(frozen=True)
class Case:
    """A transposed convolution whose accumulators fill the output's range."""

    dtype: str = "int8"
    size: tuple[int, int, int] = (1, 4, 5)
    channels: tuple[int, int] = (5, 3)
    kernel: tuple[int, int] = (3, 3)
    stride: tuple[int, int] = (2, 2)
    padding: int = SAME
    rows_and_columns: tuple[int, int] | None = None  # of the output
    per_channel: bool = False
    activation: str = "none"
    zero_points: tuple[int, int, int] | None = None  # input, weights, output
    multiplier: float | None = None
    bias: int | None = 9000

    def places(self) -> tuple[int, int]:
        """Rows and columns of the output: as TensorFlow declares them."""
        if self.rows_and_columns:
            return self.rows_and_columns
        h, w = (
            n * s if self.padding == SAME else (n - 1) * s + k
            for n, s, k in zip(self.size[1:], self.stride, self.kernel, strict=True)
        )
        return h, w


def build(case: Case, rng: Rng) -> tuple[bytes, Array]:
    """The case's model and an input."""
    (c, o), dtype = case.channels, case.dtype
    shape, result = (o, *case.kernel, c), (case.size[0], *case.places(), o)
    if dtype == "float32":
        x, y = TensorSpec((*case.size, c)), TensorSpec(result)
        weights = constant(rng.normal(0, c**-0.5, shape), np.float32)
        bias = constant(rng.normal(size=o), np.float32)
    else:
        zi, zw, zo = case.zero_points or ((-3, 0, 5) if dtype == "int8" else (120, 127, 131))
        scales = 0.0078 * np.asarray(rng.uniform(0.3, 2, o) if case.per_channel else 1.0)
        taps = c * math.prod(case.kernel) / math.prod(case.stride)
        so = 0.05 * 0.0078 / (case.multiplier or 50 / (5400 * math.sqrt(taps)))
        x = TensorSpec((*case.size, c), dtype, 0.05, zi)
        y = TensorSpec(result, dtype, so, zo)
        low, high = (-127, 127) if dtype == "int8" else (0, 255)
        weights = constant(rng.integers(low, high + 1, shape), dtype, scale=scales, zero_point=zw)
        most = case.bias or 0
        bias = constant(rng.integers(-most, most + 1, o), scale=scales * 0.05)
    operands = [constant(result), weights, x, *([bias] if case.bias is not None else [])]
    options: dict[str, Any] = {
        "padding": case.padding,
        "strideH": case.stride[0],
        "strideW": case.stride[1],
        "fusedActivationFunction": ACTIVATIONS[case.activation],
    }
    return single("TRANSPOSE_CONV", operands, y, **options), draw(rng, x)


GEOMETRY: dict[str, dict[str, Any]] = {
    "same": {},
    "valid": {"padding": VALID},
    "stride-1": {"stride": (1, 1)},
    "stride-3x1": {"stride": (3, 1)},
    "stride-beyond-kernel": {"stride": (4, 3), "kernel": (2, 2)},
    "valid-stride-beyond-kernel": {"stride": (4, 3), "kernel": (2, 2), "padding": VALID},
    "kernel-4": {"kernel": (4, 4)},
    "kernel-1x5": {"kernel": (1, 5)},
    "1x1": {"kernel": (1, 1), "stride": (1, 1)},
    "fewer-rows": {"rows_and_columns": (7, 9)},
    "more-rows-than-the-kernel-reaches": {"padding": VALID, "rows_and_columns": (10, 12)},
    "batch-3": {"size": (3, 4, 5)},
}
ARITHMETIC: dict[str, dict[str, Any]] = {
    "multiplier-tiny": {"multiplier": 2.0**-24, "bias": 1_900_000_000},
    "multiplier-tiny-odd": {"multiplier": 1.7e-6, "bias": 60_000_000},
    "saturated": {"multiplier": 0.05},
    "no-bias": {"bias": None},
}
DTYPES = pytest.mark.parametrize("dtype", ["int8", "uint8", "float32"])
EDGES = {
    "int8-lowest": ("int8", (-128, 0, -128)),
    "int8-highest": ("int8", (127, 0, 127)),
    "uint8-lowest": ("uint8", (0, 0, 0)),
    "uint8-highest": ("uint8", (255, 255, 0)),
    "uint8-opposite": ("uint8", (0, 255, 255)),
}


@DTYPES
@pytest.mark.parametrize("changes", GEOMETRY.values(), ids=GEOMETRY.keys())
def test_pixels_are_spread_as_in_litert(rng: Rng, dtype: str, changes: dict[str, Any]) -> None:
    assert_equals_litert(*build(Case(dtype, **changes), rng))


@DTYPES
@pytest.mark.parametrize("channels", [(1, 1), (3, 20), (33, 5), (40, 63), (65, 3), (114, 1)])
def test_any_number_of_channels(rng: Rng, dtype: str, channels: tuple[int, int]) -> None:
    assert_equals_litert(*build(Case(dtype, channels=channels), rng))


@pytest.mark.parametrize("dtype", ["int8", "uint8"])
@pytest.mark.parametrize("changes", ARITHMETIC.values(), ids=ARITHMETIC.keys())
def test_accumulators_become_bytes_as_in_litert(
    rng: Rng, dtype: str, changes: dict[str, Any]
) -> None:
    assert_equals_litert(*build(Case(dtype, channels=(20, 40), **changes), rng))


@pytest.mark.parametrize("changes", ARITHMETIC.values(), ids=ARITHMETIC.keys())
def test_every_channel_has_its_own_scale(rng: Rng, changes: dict[str, Any]) -> None:
    case = Case(channels=(20, 40), per_channel=True, **changes)
    assert_equals_litert(*build(case, rng))


@pytest.mark.parametrize(("dtype", "zeros"), EDGES.values(), ids=EDGES.keys())
def test_zero_points_at_the_edges(rng: Rng, dtype: str, zeros: tuple[int, int, int]) -> None:
    sums = 200 * 11 if dtype == "uint8" else 150 * 45**0.5
    case = Case(dtype, zero_points=zeros, multiplier=1 / sums)
    assert_equals_litert(*build(case, rng))


@pytest.mark.parametrize("dtype", ["int8", "uint8"])
@pytest.mark.parametrize("per_channel", [False, True], ids=["one-scale", "per-channel"])
def test_accumulators_at_the_steps_are_rounded_as_in_litert(
    rng: Rng, dtype: str, per_channel: bool
) -> None:
    si, sw, so = random_scales(rng)
    biases = at_steps(si, sw, so)
    o, zero = len(biases), 0 if dtype == "int8" else 128
    scales = np.full(o, sw) if per_channel and dtype == "int8" else sw
    y = TensorSpec((1, 1, 1, o), dtype, so, zero)
    weights = constant(np.full((o, 1, 1, 1), zero + 1), dtype, scale=scales, zero_point=zero)
    x, bias = TensorSpec((1, 1, 1, 1), dtype, si, zero), constant(biases, scale=scales * si)
    operands = [constant(y.shape), weights, x, bias]
    model = single("TRANSPOSE_CONV", operands, y, strideH=1, strideW=1)
    assert_equals_litert(model, np.full((1, 1, 1, 1), zero, dtype))


@DTYPES
@pytest.mark.parametrize(
    ("activation", "multiplier"), [("relu", 1 / 300), ("relu6", 1 / 110), ("relu_n1_to_1", 1 / 40)]
)
def test_a_fused_activation_is_that_of_litert(
    rng: Rng, dtype: str, activation: str, multiplier: float
) -> None:
    case = Case(dtype, (1, 8, 9), activation=activation, multiplier=multiplier)
    assert_equals_litert(*build(case, rng))
