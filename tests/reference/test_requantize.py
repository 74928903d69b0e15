# SPDX-License-Identifier: MIT
from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npucore.quantize import Rounding, multiplier
from npucore.reference.fixed_point import rescale
from npucore.reference.requantize import FLOAT32_EXACT, PROVABLE_SHIFT, Requantizer, Target, _steps
from npucore.tensor import Array
from tests.material.reference import gemmlowp

DTYPES = {"int8": (-128, 127), "uint8": (0, 255)}
BOUNDS = st.sampled_from(
    [100, FLOAT32_EXACT - 1, FLOAT32_EXACT, FLOAT32_EXACT + 1, 1 << 28, (1 << 31) - 1]
)
EXPONENTS = st.floats(-31, 3) | st.integers(-31, 3).map(float)
settings.register_profile("repeatable", derandomize=True, deadline=None)
REPEATABLE = settings(settings.get_profile("repeatable"), max_examples=150)


@st.composite
def targets(draw: Any, exponents: st.SearchStrategy[float] = EXPONENTS) -> Target:
    """Any scales, clamps and bounds that a model can have."""
    channels = draw(st.integers(1, 5))
    one_scale = draw(st.booleans())
    scales = [2.0 ** draw(exponents) for _ in range(1 if one_scale else channels)]
    dtype = draw(st.sampled_from(sorted(DTYPES)))
    least, most = DTYPES[dtype]
    low = draw(st.integers(least, most))
    bound = int(min(draw(BOUNDS), ((1 << 31) - 1) / max(2 * max(scales), 1)))
    limit = min(bound, draw(st.sampled_from([0, 1000, 1 << 30])))
    return Target(
        scales=np.array(scales),
        bias=np.array([float(draw(st.integers(-limit, limit))) for _ in range(channels)]),
        bound=float(bound),
        zero_point=draw(st.integers(least, most)),
        low=low,
        high=draw(st.integers(low, most)),
        dtype=np.dtype(dtype),
        rounding=Rounding.TFLITE,
    )


def accumulators(target: Target) -> Array:
    """(rows, O) with bias: at the steps of the rule, at the bounds and around the bias."""
    middles = np.arange(-300, 300) + 0.5
    columns = []
    scales = np.broadcast_to(target.scales, target.bias.shape)
    for scale, bias in zip(scales, target.bias.astype(np.int64), strict=True):
        room = int(target.bound) - abs(bias)  # what is left for the accumulator without bias
        low, high = bias - room, bias + room
        at = np.clip(np.rint(middles / scale), low, high).astype(np.int64)
        near = (at[:, None] + np.arange(-2, 3)).reshape(-1)
        ends = np.array([low, low + 1, high - 1, high, bias, bias + 1, bias - 1])
        columns.append(np.clip(np.concatenate([near, ends]), low, high))
    return np.stack(columns, axis=1)


def requantized(target: Target, acc: Array) -> Array:
    """What the requantizer makes of accumulators that have their bias already."""
    requantizer = Requantizer(target)
    kind = np.float32 if target.bound <= FLOAT32_EXACT else np.float64
    block = np.zeros((requantizer.block_rows(len(acc)), acc.shape[1]), kind)
    block[: len(acc)] = acc - target.bias.astype(np.int64)
    out = np.empty(acc.shape, target.dtype)
    requantizer(block, out)
    return out


def stepwise(target: Target, acc: Array) -> Array:
    """TFLite's rule in integers."""
    m, shift = np.array([multiplier(scale) for scale in target.scales.tolist()]).T
    return np.clip(rescale(acc, m, shift) + target.zero_point, target.low, target.high)


@REPEATABLE
@given(targets())
def test_requantized_numbers_are_those_of_the_integer_rule(target: Target) -> None:
    acc = accumulators(target)
    assert np.array_equal(requantized(target, acc), stepwise(target, acc))


@REPEATABLE
@given(targets(st.floats(-31, -12)))
def test_tiny_multipliers_need_the_integers(target: Target) -> None:
    target = replace(target, bound=float((1 << 31) - 1))
    acc = accumulators(target)
    assert np.array_equal(requantized(target, acc), stepwise(target, acc))


@REPEATABLE
@given(targets(st.floats(-16, 1)))
def test_float32_is_exact_where_it_is_chosen(target: Target) -> None:
    bound = float(min(target.bound, FLOAT32_EXACT))
    target = replace(target, bound=bound, bias=np.clip(target.bias, -bound, bound))
    acc = accumulators(target)
    assert np.array_equal(requantized(target, acc), stepwise(target, acc))


@pytest.mark.parametrize("shift", range(-31, 3))
@pytest.mark.parametrize("zero_point", [-128, 0, 127])
def test_powers_of_two_put_every_step_on_a_half(shift: int, zero_point: int) -> None:
    bound = float(min((1 << 31) - 1, (1 << 30) >> max(shift, 0)))
    target = Target(
        scales=np.array([2.0**shift]),
        bias=np.zeros(2),
        bound=bound,
        zero_point=zero_point,
        low=-128,
        high=127,
        dtype=np.dtype(np.int8),
        rounding=Rounding.TFLITE,
    )
    acc = accumulators(target)
    assert np.array_equal(requantized(target, acc), stepwise(target, acc))


@pytest.mark.slow
@REPEATABLE
@given(targets())
def test_once_rounds_the_real_product(target: Target) -> None:
    target = replace(target, once=True)
    acc = accumulators(target)[::7]
    scales = np.broadcast_to(target.scales, target.bias.shape)
    want = [
        [gemmlowp.round_half_away(int(a) * float(s)) for a, s in zip(row, scales, strict=True)]
        for row in acc
    ]
    clamped = np.clip(np.array(want) + target.zero_point, target.low, target.high)
    assert np.array_equal(requantized(target, acc), clamped)


@REPEATABLE
@given(targets())
def test_the_exact_rule_rounds_float32_to_even(target: Target) -> None:
    target = replace(target, rounding=Rounding.EXACT)
    acc = accumulators(target)
    product = acc.astype(np.float32) * target.scales.astype(np.float32)
    want = np.clip(np.rint(product).astype(np.int64) + target.zero_point, target.low, target.high)
    assert np.array_equal(requantized(target, acc), want)


@REPEATABLE
@given(targets(st.floats(PROVABLE_SHIFT, 3)))
def test_steps_are_the_least_accumulators_that_reach_a_value(target: Target) -> None:
    m, shift = np.array([multiplier(scale) for scale in target.scales.tolist()]).T
    wanted = np.arange(target.low, target.high + 2)[:, None] - target.zero_point
    edges = _steps(target)
    fits = np.abs(edges) < (1 << 30) >> np.maximum(shift, 0)
    edges = np.where(fits, edges, 0)
    assert (rescale(edges, m, shift) >= wanted)[fits].all()
    assert (rescale(edges - 1, m, shift) < wanted)[fits].all()


def test_rows_beyond_those_of_interest_are_ignored() -> None:
    target = Target(
        scales=np.array([0.5, 0.25, 0.125]),
        bias=np.array([1.0, 2.0, 3.0]),
        bound=1000.0,
        zero_point=0,
        low=-128,
        high=127,
        dtype=np.dtype(np.int8),
        rounding=Rounding.TFLITE,
    )
    requantizer = Requantizer(target)
    block = np.full((requantizer.block_rows(2), 3), 900, np.float32)
    block[:2] = [[9, 9, 9], [-9, -9, -9]]
    out = np.empty((2, 3), np.int8)
    requantizer(block, out)
    assert out.tolist() == [[5, 3, 2], [-4, -2, -1]]


def test_halves_are_where_the_rules_differ() -> None:
    acc = np.array([[-6], [-2], [2], [6]])
    assert [float(Fraction(int(a), 4)) for a in acc[:, 0]] == [-1.5, -0.5, 0.5, 1.5]
    target = Target(
        scales=np.array([0.25]),
        bias=np.zeros(1),
        bound=100.0,
        zero_point=0,
        low=-128,
        high=127,
        dtype=np.dtype(np.int8),
        rounding=Rounding.TFLITE,
    )
    exact = replace(target, rounding=Rounding.EXACT)
    assert requantized(target, acc).ravel().tolist() == [-2, -1, 1, 2]
    assert requantized(exact, acc).ravel().tolist() == [-2, 0, 0, 2]
