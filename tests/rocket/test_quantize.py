# SPDX-License-Identifier: MIT
"""Scales as registers hold them: the nearest of 15 bits, with the carry right."""

from __future__ import annotations

import math

import numpy as np
import pytest

from npucore_rocket.quantize import channel_multipliers, fixed_scale, rounded


@pytest.mark.parametrize("seed", range(4))
def test_no_other_mantissa_is_nearer(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for real in 10 ** rng.uniform(-8, 2, 500):
        found = fixed_scale(float(real))
        assert found is not None
        assert 1 << 14 <= found.scale < 1 << 15
        step = 2.0**-found.shift
        assert abs(found.scale * step - real) <= step / 2


def test_a_mantissa_of_ones_carries_into_the_exponent() -> None:
    real = math.nextafter(2**-8, 0)
    found = fixed_scale(real)
    assert found is not None
    assert (found.scale, found.shift) == (1 << 14, 22)


@pytest.mark.parametrize("real", [0.0, 2.0**-40, 2.0**15])
def test_scales_without_a_shift_are_refused(real: float) -> None:
    assert fixed_scale(real) is None


def test_multipliers_are_the_nearest_to_their_share() -> None:
    scales = np.array([0.8, 0.4, 0.123456, 0.00001])
    shares = scales / 0.8 * 2**15
    assert np.abs(channel_multipliers(scales)[1:] - shares[1:]).max() <= 0.5
    assert channel_multipliers(scales)[0] == 2**15 - 1


def test_many_scales_are_rounded_as_one_is() -> None:
    reals = 2.0 ** np.random.default_rng(3).uniform(-20, 8, 500)
    found = [fixed_scale(real) for real in reals.tolist()]
    assert rounded(reals).tolist() == [scale.real for scale in found]
