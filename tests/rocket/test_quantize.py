# SPDX-License-Identifier: MIT
"""Scales as registers hold them: the nearest of 15 bits, with the carry right."""

from __future__ import annotations

import math

import numpy as np
import pytest

from npucore_rocket.quantize import fixed_scale, multipliers, rounded


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
    scales = np.array([0.8, 0.4, 0.123456, 0.00001, 0.0])
    shares = scales / 0.8 * (2**15 - 1)
    assert np.abs(multipliers(scales, 0.8) - shares).max() <= 0.5
    assert multipliers(scales, 0.8)[0] == 2**15 - 1
    assert multipliers(scales, 0.8)[-1] == 0


def mesas(real: float) -> float:
    """A scale as Mesa's driver derives it; the chip reads 16 bits with a sign.

    Source: rocket hardware reference 5.8; facts of 2026-11, 0.9.
    """
    bits = int(np.float32(real).view(np.uint32))
    scale = (bits >> 9 & 0x7FFF) + 1
    if scale < 1 << 14:
        scale |= 1 << 14
    exponent = (bits >> 23) - 127
    return math.ldexp(scale - 2 * (scale & 0x8000), exponent - 14)


@pytest.mark.parametrize(("exponent", "share"), [(-9, 0.5), (-8, -1.0)])
def test_mesa_loses_the_carry_of_a_mantissa_of_ones(exponent: int, share: float) -> None:
    """Named fault of Mesa's, in 1 of 16,384 scales: halved, or negated. Ours carries."""
    ones, plain = math.ldexp(2 - 2**-15, exponent), math.ldexp(1.25, exponent)
    assert mesas(ones) / ones == pytest.approx(share, rel=2**-14)
    assert mesas(plain) / plain == pytest.approx(1, rel=2**-13)
    found = fixed_scale(ones)
    assert found is not None
    assert found.real / ones == pytest.approx(1, rel=2**-15)


def test_many_scales_are_rounded_as_one_is() -> None:
    reals = 2.0 ** np.random.default_rng(3).uniform(-20, 8, 500)
    found = [fixed_scale(real) for real in reals.tolist()]
    assert rounded(reals).tolist() == [scale and scale.real for scale in found]
