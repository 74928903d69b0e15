# SPDX-License-Identifier: MIT
"""Layouts against the hardware reference's index formulas, written out as loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npucore_rocket.chip import RK3588
from npucore_rocket.layout import (
    pack_coefficients,
    pack_depthwise_weights,
    pack_map,
    pack_weights,
    unpack_coefficients,
    unpack_depthwise_weights,
    unpack_map,
    unpack_weights,
)

CHANNELS = (1, 2, 3, 4, 5, 8, 15, 16, 17, 24, 31, 32, 33, 40, 48, 64, 65, 90, 130)
few = settings(max_examples=60, deadline=None, derandomize=True)


@few
@given(
    st.integers(1, 7),
    st.integers(1, 9),
    st.sampled_from(CHANNELS),
    st.sampled_from(["uint8", "int8"]),
)
def test_every_channel_of_a_map_lies_in_its_surface(h: int, w: int, c: int, dtype: str) -> None:
    rng = np.random.default_rng(h * w * c)
    stored = rng.integers(0, 256, (h, w, c), np.uint8).view(dtype)
    cube = np.full((-(-c // 16), h, w, 16), 77, np.int8)
    pack_map(stored, cube)
    seen = stored.astype(int) - (128 if dtype == "uint8" else 0)
    for channel in range(cube.shape[0] * 16):
        lane = cube[channel // 16, :, :, channel % 16]
        assert np.array_equal(lane, seen[..., channel] if channel < c else np.full((h, w), 77))
    again = unpack_map(cube, c, np.dtype(dtype))
    assert again.dtype == stored.dtype
    assert np.array_equal(again, stored)


def test_a_map_that_is_not_contiguous_is_packed_too() -> None:
    stored = np.arange(6 * 8 * 80, dtype=np.uint32).astype(np.uint8).reshape(6, 8, 80)[:, ::2, :40]
    cube, wanted = np.zeros((3, 6, 4, 16), np.int8), np.zeros((3, 6, 4, 16), np.int8)
    pack_map(stored, cube)
    pack_map(stored.copy(), wanted)
    assert np.array_equal(cube, wanted)


@pytest.mark.parametrize("kernels", [1, 2, 31, 32, 33, 40, 64, 70])
@pytest.mark.parametrize("channels", [1, 3, 16, 20, 32, 48, 90])
def test_weights_lie_in_groups_of_32_kernels_and_tiles_of_32_channels(
    kernels: int, channels: int
) -> None:
    rng = np.random.default_rng(kernels * channels)
    weights = rng.integers(-128, 128, (kernels, 2, 3, channels), np.int8)
    even, wide = kernels + kernels % 2, -(-channels // 16) * 16
    wanted = []
    for group in range(0, even, 32):
        for tile in range(0, wide, 32):
            for y, x in np.ndindex(2, 3):
                for o in range(group, min(group + 32, even)):
                    for c in range(tile, min(tile + 32, wide)):
                        inside = o < kernels and c < channels
                        outside = 9 if o < kernels else 0
                        wanted.append(weights[o, y, x, c] if inside else outside)
    packed = np.full(len(wanted), 77, np.int8)
    pack_weights(weights, np.array([9]), packed, RK3588)
    assert np.array_equal(packed, wanted)
    assert np.array_equal(unpack_weights(packed, weights.shape, RK3588), weights)


@pytest.mark.parametrize("channels", [1, 16, 24, 63, 64, 65, 130])
def test_depthwise_weights_lie_in_groups_of_64_channels(channels: int) -> None:
    rng = np.random.default_rng(channels)
    weights = rng.integers(-128, 128, (channels, 3, 2), np.int8)
    wide = -(-channels // 16) * 16
    wanted = [
        weights[c, y, x] if c < channels else -5
        for group in range(0, wide, 64)
        for y, x in np.ndindex(3, 2)
        for c in range(group, min(group + 64, wide))
    ]
    packed = np.full(len(wanted), 77, np.int8)
    pack_depthwise_weights(weights, np.array([-5]), packed, RK3588)
    assert np.array_equal(packed, wanted)
    assert np.array_equal(unpack_depthwise_weights(packed, weights.shape, RK3588), weights)


def test_coefficients_of_eight_channels_lie_together() -> None:
    bias = np.arange(1, 17, dtype=np.int32) * 70001
    factors = np.arange(30000, 30016, dtype=np.int16)
    packed = np.full(128, 77, np.int8)
    pack_coefficients(bias, np.array([-9]), factors, packed, RK3588)
    for group in (0, 1):
        part, mine = packed[64 * group : 64 * group + 64], slice(8 * group, 8 * group + 8)
        assert part[:32].view("<i4").tolist() == bias[mine].tolist()
        assert part[32:48].view("<i2").tolist() == [-9] * 8
        assert part[48:].view("<i2").tolist() == factors[mine].tolist()
    again = unpack_coefficients(packed, RK3588)
    assert [array.tolist() for array in again] == [bias.tolist(), [-9] * 16, factors.tolist()]
    pack_coefficients(bias[:9], np.array([-9]), factors[:9], packed, RK3588)
    assert unpack_coefficients(packed, RK3588)[2][9:].tolist() == [0] * 7


@pytest.mark.parametrize(("kernels", "room"), [(16, 32), (33, 64), (40, 64), (64, 64)])
def test_groups_are_filled_up_with_kernels_of_zero(kernels: int, room: int) -> None:
    rng = np.random.default_rng(kernels)
    weights = rng.integers(-128, 128, (kernels, 3, 1, 20), np.int8)
    packed = np.full(room * 3 * 32, 77, np.int8)
    pack_weights(weights, np.array([0]), packed, RK3588)
    filled = np.zeros((room, 3, 1, 20), np.int8)
    filled[:kernels] = weights
    assert np.array_equal(unpack_weights(packed, filled.shape, RK3588), filled)


def test_depthwise_groups_are_filled_up_with_the_zero_point() -> None:
    weights = np.random.default_rng(1).integers(-128, 128, (80, 3, 3), np.int8)
    packed = np.full(128 * 9, 77, np.int8)
    pack_depthwise_weights(weights, np.array([-5]), packed, RK3588)
    filled = np.full((128, 3, 3), -5, np.int8)
    filled[:80] = weights
    assert np.array_equal(unpack_depthwise_weights(packed, filled.shape, RK3588), filled)
