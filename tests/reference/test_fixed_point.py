# SPDX-License-Identifier: MIT
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npucore.quantize import multiplier, round_half_away
from npucore.reference.fixed_point import high_mul, rescale, rounding_shift
from tests.material.reference import gemmlowp

EDGES = [0, 1, -1, 1 << 30, -(1 << 30), (1 << 30) - 1, gemmlowp.INT32_MAX, gemmlowp.INT32_MIN]
INT32 = st.integers(gemmlowp.INT32_MIN, gemmlowp.INT32_MAX) | st.sampled_from(EDGES)
MULTIPLIERS = st.integers(1 << 30, (1 << 31) - 1) | st.sampled_from([1 << 30, (1 << 31) - 1, 0])


def one(value: int) -> np.ndarray:
    return np.array([value], np.int64)


@settings(derandomize=True)
@given(INT32, INT32)
def test_high_mul_is_gemmlowp_s(a: int, b: int) -> None:
    assert high_mul(one(a), one(b))[0] == gemmlowp.saturating_rounding_doubling_high_mul(a, b)


def test_high_mul_saturates() -> None:
    lowest = one(gemmlowp.INT32_MIN)
    assert high_mul(lowest, lowest)[0] == gemmlowp.INT32_MAX


@pytest.mark.parametrize(("product", "expected"), [(1, 1), (-1, 0), (3, 2), (-3, -1)])
def test_high_mul_rounds_halves_up(product: int, expected: int) -> None:
    assert high_mul(one(product), 1 << 30)[0] == expected


@settings(derandomize=True)
@given(INT32, st.integers(0, 31))
def test_rounding_shift_is_gemmlowp_s(x: int, bits: int) -> None:
    assert rounding_shift(one(x), bits)[0] == gemmlowp.rounding_divide_by_pot(x, bits)


@pytest.mark.parametrize(("x", "expected"), [(1, 1), (-1, -1), (3, 2), (-3, -2), (2, 1)])
def test_rounding_shift_takes_halves_away_from_0(x: int, expected: int) -> None:
    assert rounding_shift(one(x), 1)[0] == expected


@settings(derandomize=True)
@given(INT32, MULTIPLIERS, st.integers(-31, 0))
def test_rescale_is_tflite_s(x: int, m: int, shift: int) -> None:
    assert rescale(one(x), m, shift)[0] == gemmlowp.multiply_by_quantized_multiplier(x, m, shift)


@settings(derandomize=True)
@given(st.integers(-(1 << 20), 1 << 20), MULTIPLIERS, st.integers(1, 10))
def test_rescale_is_tflite_s_above_one(x: int, m: int, shift: int) -> None:
    assert rescale(one(x), m, shift)[0] == gemmlowp.multiply_by_quantized_multiplier(x, m, shift)


def test_rescale_takes_a_multiplier_for_each_channel() -> None:
    x, m, shift = np.array([[9, 9], [-9, -9]]), np.array([1 << 30, 1 << 30]), np.array([0, -1])
    assert rescale(x, m, shift).tolist() == [[5, 3], [-4, -2]]


@settings(derandomize=True)
@given(st.floats(2.0**-40, 2.0**20))
def test_multiplier_is_tflite_s(real: float) -> None:
    assert multiplier(real) == gemmlowp.quantize_multiplier(real)


@pytest.mark.parametrize("real", [0.0, 2.0**-33, 0.99999999999, 0.5, 1.0, 2.0**-31])
def test_multiplier_is_tflite_s_at_its_edges(real: float) -> None:
    assert multiplier(real) == gemmlowp.quantize_multiplier(real)


@settings(derandomize=True)
@given(st.floats(-1e9, 1e9) | st.integers(-999, 999).map(lambda n: n + 0.5))
def test_round_half_away_is_c_s(x: float) -> None:
    assert round_half_away(np.array([x]))[0] == gemmlowp.round_half_away(x)
