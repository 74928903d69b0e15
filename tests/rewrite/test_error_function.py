# SPDX-License-Identifier: MIT
"""The error function against that of C's library."""

from __future__ import annotations

import math

import numpy as np
import pytest

from npucore.rewrite.error_function import FAR, NEAR, erf, erfc

PLACES = np.concatenate(
    [
        np.linspace(-7, 7, 20_001),
        np.linspace(-26.5, 26.5, 2_001),
        10.0 ** np.linspace(-300, 1, 500),
        [0.0, NEAR, -NEAR, FAR, -FAR, np.nextafter(NEAR, 1), np.nextafter(FAR, 5)],
    ]
)


@pytest.mark.parametrize(("ours", "theirs"), [(erf, math.erf), (erfc, math.erfc)])
def test_float64_differs_in_the_last_bits_alone(ours: object, theirs: object) -> None:
    want = np.array([theirs(x) for x in PLACES.tolist()])  # type: ignore[operator]
    np.testing.assert_allclose(ours(PLACES), want, 2e-15)  # type: ignore[operator]


def test_float32_stays_float32() -> None:
    places = PLACES.astype(np.float32)
    found = erf(places)
    assert found.dtype == np.float32
    want = [math.erf(x) for x in places.tolist()]
    np.testing.assert_allclose(found, np.array(want), 6e-7, 1e-38)


@pytest.mark.filterwarnings("error")
def test_the_ends() -> None:
    ends = np.array([0.0, -0.0, np.inf, -np.inf, np.nan])
    np.testing.assert_array_equal(erf(ends), [0, -0.0, 1, -1, np.nan])
    assert np.signbit(erf(ends)).tolist()[:4] == [False, True, False, True]
    np.testing.assert_array_equal(erfc(ends), [1, 1, 0, 2, np.nan])
    assert erf(np.float64(0.5).reshape(1, 1)).shape == (1, 1)
    assert erf(np.zeros((0, 3))).shape == (0, 3)
