# SPDX-License-Identifier: MIT
"""The output converter against its definition in integers."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npucore_rocket.registers import dpu_stages
from npucore_rocket.sim import Options, Rounding
from npucore_rocket.sim.out_cvt import Conversion
from tests.material.rocket.sim_board import Board, load, result, tiny
from tests.material.rocket.sim_words import changed, convolution


def rounded(value: int, shift: int, rounding: Rounding) -> int:
    """``value / 2**shift`` to nearest, by its definition."""
    low, rest = value >> shift, value & (1 << shift) - 1
    if 2 * rest != 1 << shift:
        return low + (2 * rest > 1 << shift)
    away = low + 1 if value > 0 else low
    return {
        Rounding.HALF_UP: low + 1,
        Rounding.HALF_AWAY: away,
        Rounding.HALF_EVEN: low + low % 2,
    }[rounding]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.integers(0, 0x7FFF) | st.integers(0, 14).map(lambda bits: 1 << bits),
    st.integers(0, 40),
    st.integers(-200, 200),
    st.sampled_from(list(Rounding)),
    st.sampled_from([np.float32, np.float64]),
    st.integers(1, 1 << 24),
    st.randoms(use_true_random=False),
)
def test_conversion_equals_integers(
    scale: int,
    shift: int,
    offset: int,
    rounding: Rounding,
    dtype: type[np.floating],
    bound: int,
    random: Random,
) -> None:
    conversion = Conversion(scale, shift, offset, -128, 127, float(bound), rounding)
    values = [-bound, bound, 0, *(random.randint(-bound, bound) for _ in range(50))]
    step = (1 << shift) // max(scale, 1)
    ties = [odd * step // 2 for odd in range(-39, 40, 2)]
    values += [value for value in ties if abs(value) <= bound]
    wanted = [
        max(-128, min(127, rounded(value * scale, shift, rounding) + offset)) for value in values
    ]
    got = conversion(np.array(values, dtype))
    assert got.astype(int).tolist() == wanted


@pytest.mark.parametrize("rounding", list(Rounding), ids=lambda rule: rule.name)
def test_ties_go_where_the_option_says(rounding: Rounding) -> None:
    layer = replace(tiny(), scale=1 << 13, shift=14)
    board = Board(Options(rounding))
    load(board, layer)
    board.put(layer.weights, np.zeros(1280, np.int8))
    bias = np.arange(-20, 44, dtype=np.int32)
    board.put(layer.bias, bias)
    board.start(changed(convolution(layer), dpu_stages.DPU_BS_OW_OP()))
    wanted = [rounded(int(b), 1, rounding) + layer.offset for b in bias[:40]]
    assert result(board, layer)[0, 0].tolist() == wanted
