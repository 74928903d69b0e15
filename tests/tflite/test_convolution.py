# SPDX-License-Identifier: MIT
"""CONV_2D and DEPTHWISE_CONV_2D."""

from __future__ import annotations

import dataclasses
import math
import time
from typing import Any

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from tests.material.tflite.convolution_case import Case, build
from tests.material.tflite.litert import (
    assert_equals_litert,
    assert_equals_xnnpack,
    litert,
    reference,
)
from tests.material.tflite.steps import at_steps, random_scales
from tests.material.tflite.write import VALID, TensorSpec, constant, draw, single

Rng = np.random.Generator


WINDOWS: dict[str, dict[str, Any]] = {
    "1x1": {"kernel": (1, 1)},
    "1x1-strided": {"kernel": (1, 1), "stride": (2, 3)},
    "2x4": {"kernel": (2, 4)},
    "5x1": {"kernel": (5, 1)},
    "window-wider-than-map": {"kernel": (9, 11)},
    "stride-2": {"stride": (2, 2)},
    "stride-1x3": {"stride": (1, 3)},
    "stride-beyond-kernel": {"stride": (4, 4), "kernel": (2, 2)},
    "dilated": {"dilation": (2, 3)},
    "valid": {"padding": VALID},
    "valid-strided": {"padding": VALID, "stride": (2, 2), "kernel": (3, 2)},
    "valid-dilated": {"padding": VALID, "dilation": (3, 2)},
    "whole-map": {"padding": VALID, "kernel": (7, 9)},
    "batch-3": {"size": (3, 5, 6)},
    "one-pixel": {"size": (1, 1, 1)},
}
ARITHMETIC: dict[str, dict[str, Any]] = {
    "relu": {"activation": "relu"},
    "relu6": {"activation": "relu6", "multiplier": 1 / 110},
    "relu_n1_to_1": {"activation": "relu_n1_to_1", "multiplier": 1 / 40},
    "multiplier-half": {"multiplier": 0.5, "limit": 6, "bias": 30},
    "multiplier-below-half": {"multiplier": 0.49999997, "limit": 6, "bias": 30},
    "multiplier-quarter": {"multiplier": 0.25, "limit": 8, "bias": 60},
    "multiplier-one": {"multiplier": 1.0, "limit": 4, "bias": 20},
    "multiplier-above-one": {"multiplier": 3.7, "limit": 2, "bias": 9},
    "multiplier-tiny": {"multiplier": 2.0**-24, "bias": 2_000_000_000},
    "multiplier-tiny-odd": {"multiplier": 1.7e-6, "bias": 60_000_000},
    "sums-beyond-float32": {"multiplier": 3e-6, "bias": 30_000_000},
    "saturated": {"multiplier": 0.01},
}
EDGES = {
    "int8": {"lowest": (-128, 0, -128), "highest": (127, 0, 127)},
    "uint8": {"lowest": (0, 0, 0), "highest": (255, 255, 0), "opposite": (0, 255, 255)},
}
DTYPES = pytest.mark.parametrize("dtype", ["int8", "uint8", "float32"])
BYTES = pytest.mark.parametrize("dtype", ["int8", "uint8"])
KINDS = pytest.mark.parametrize("depthwise", [False, True], ids=["full", "depthwise"])


def named(cases: dict[str, dict[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("changes", cases.values(), ids=cases.keys())


def fitted(depthwise: bool, **changes: Any) -> Case:
    """A case; depthwise ones have as many outputs as inputs unless a multiplier fits."""
    case = Case(depthwise=depthwise, **changes)
    c, o = case.channels
    return dataclasses.replace(case, channels=(c, c if o % c else o)) if depthwise else case


@DTYPES
@KINDS
@named(WINDOWS)
def test_windows_stand_where_litert_puts_them(
    rng: Rng, changes: dict[str, Any], dtype: str, depthwise: bool
) -> None:
    assert_equals_litert(*build(fitted(depthwise, dtype=dtype, **changes), rng))


@DTYPES
@pytest.mark.parametrize("c", [1, 3, 5, 20, 33, 40, 63, 65, 114])
@pytest.mark.parametrize("o", [1, 3, 33, 65])
def test_any_number_of_channels(rng: Rng, c: int, o: int, dtype: str) -> None:
    assert_equals_litert(*build(Case(dtype, (2, 6, 7), (c, o), (2, 2)), rng))


@DTYPES
@pytest.mark.parametrize("c", [1, 3, 5, 20, 33, 40, 63, 65, 114])
@pytest.mark.parametrize("times", [1, 2, 3])
def test_any_number_of_depthwise_channels(rng: Rng, c: int, times: int, dtype: str) -> None:
    case = Case(dtype, (2, 5, 6), (c, c * times), depthwise=True)
    assert_equals_litert(*build(case, rng))


@BYTES
@KINDS
@named(ARITHMETIC)
def test_accumulators_become_bytes_as_in_litert(
    rng: Rng, changes: dict[str, Any], dtype: str, depthwise: bool
) -> None:
    case = fitted(depthwise, dtype=dtype, channels=(40, 40), **changes)
    assert_equals_litert(*build(case, rng))


@BYTES
@KINDS
@pytest.mark.parametrize("kernels", ["BUILTIN_REF", "AUTO"])
@pytest.mark.parametrize("per_channel", [False, True], ids=["one-scale", "per-channel"])
def test_accumulators_at_the_steps_are_rounded_as_in_litert(
    rng: Rng, dtype: str, depthwise: bool, per_channel: bool, kernels: str
) -> None:
    si, sw, so = random_scales(rng)
    biases = at_steps(si, sw, so)
    o, zero = len(biases), 0 if dtype == "int8" else 128
    scales = np.full(o, sw) if per_channel and dtype == "int8" else sw
    shape = (1, 1, 1, o) if depthwise else (o, 1, 1, 1)
    axis = 3 if depthwise and scales.ndim else 0
    operands = [
        TensorSpec((1, 1, 1, 1), dtype, si, zero),
        constant(np.full(shape, zero + 1), dtype, scale=scales, zero_point=zero, axis=axis),
        constant(biases, scale=scales * si),
    ]
    name = "DEPTHWISE_CONV_2D" if depthwise else "CONV_2D"
    options = {"strideH": 1, "strideW": 1} | ({"depthMultiplier": o} if depthwise else {})
    model = single(name, operands, TensorSpec((1, 1, 1, o), dtype, so, zero), **options)
    judge = assert_equals_litert if kernels == "BUILTIN_REF" else assert_equals_xnnpack
    judge(model, np.full((1, 1, 1, 1), zero, dtype))


@BYTES
@KINDS
@named(ARITHMETIC)
def test_exact_rounding_is_that_of_xnnpack(
    rng: Rng, changes: dict[str, Any], dtype: str, depthwise: bool
) -> None:
    case = fitted(depthwise, dtype=dtype, channels=(40, 40), **changes)
    assert_equals_xnnpack(*build(case, rng))


@KINDS
@named(ARITHMETIC)
def test_every_channel_has_its_own_scale(
    rng: Rng, changes: dict[str, Any], depthwise: bool
) -> None:
    case = fitted(depthwise, per_channel=True, channels=(40, 40), **changes)
    assert_equals_litert(*build(case, rng))


@KINDS
@named(WINDOWS)
def test_exact_rounding_per_channel_is_that_of_xnnpack(
    rng: Rng, changes: dict[str, Any], depthwise: bool
) -> None:
    assert_equals_xnnpack(*build(fitted(depthwise, per_channel=True, **changes), rng))


@KINDS
@pytest.mark.parametrize(
    ("dtype", "zeros"),
    [pytest.param(d, z, id=f"{d}-{k}") for d in EDGES for k, z in EDGES[d].items()],
)
def test_zero_points_at_the_edges(
    rng: Rng, dtype: str, zeros: tuple[int, int, int], depthwise: bool
) -> None:
    case = fitted(depthwise, dtype=dtype, zero_points=zeros)
    sums = 200 * case.taps if dtype == "uint8" else 150 * math.sqrt(case.taps)
    case = dataclasses.replace(case, multiplier=1 / sums)
    assert_equals_litert(*build(case, rng))


@pytest.mark.parametrize("activation", ["none", "relu", "relu6", "relu_n1_to_1"])
@KINDS
def test_floats_are_clamped(rng: Rng, activation: str, depthwise: bool) -> None:
    case = fitted(depthwise, dtype="float32", activation=activation)
    assert_equals_litert(*build(case, rng))


@pytest.mark.parametrize("dtype", ["int8", "float32"])
@pytest.mark.parametrize(
    ("channels", "groups"), [((6, 4), 2), ((15, 9), 3), ((40, 40), 8), ((4, 8), 4)]
)
def test_groups_read_their_own_channels(
    rng: Rng, channels: tuple[int, int], groups: int, dtype: str
) -> None:
    case = Case(dtype, channels=channels, groups=groups, per_channel=dtype == "int8")
    assert_equals_litert(*build(case, rng))


@KINDS
def test_a_missing_bias_is_zero(rng: Rng, depthwise: bool) -> None:
    seed = rng.integers(1 << 31)
    models = [
        build(fitted(depthwise, bias=bias), np.random.default_rng(seed)) for bias in (None, 0)
    ]
    without, with_zeros = (reference(model, [x])[0] for model, x in models)
    assert np.array_equal(without, with_zeros)


def test_computed_weights_are_refused_by_name(rng: Rng) -> None:
    operands = [TensorSpec((1, 2, 2, 3)), TensorSpec((2, 1, 1, 3)), constant([0, 0], np.float32)]
    model = single("CONV_2D", operands, TensorSpec((1, 2, 2, 2)), strideH=1, strideW=1)
    arrays = [draw(rng, operand) for operand in operands[:2]]
    assert litert(model, arrays)
    with pytest.raises(UnsupportedError, match=r"convolution .*weights that are computed"):
        reference(model, arrays)


@KINDS
def test_a_stride_beyond_the_map_is_no_work(rng: Rng, depthwise: bool) -> None:
    """As damage writes it: columns are looked at where a kernel reads them, not one by one."""
    case = fitted(depthwise, padding=VALID, stride=(2, 2**30), size=(1, 7, 5))
    model, x = build(case, rng)
    start = time.process_time()
    assert reference(model, [x])[0].shape == (1, 3, 1, case.channels[1])
    assert time.process_time() - start < 1
    near, _ = build(dataclasses.replace(case, stride=(2, 5)), np.random.default_rng(0))
    far, y = build(case, np.random.default_rng(0))
    np.testing.assert_array_equal(reference(far, [y])[0], reference(near, [y])[0])
