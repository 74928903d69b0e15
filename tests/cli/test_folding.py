# SPDX-License-Identifier: MIT
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from npucore.cli.folding import folded


def unfolded(keys: str) -> str:
    return "".join(keys[b.start : b.start + b.rows] * b.times for b in folded(keys))


@given(st.text("abc", max_size=60))
def test_blocks_unfold_to_what_was_folded(keys: str) -> None:
    assert unfolded(keys) == keys


def test_a_row_that_does_not_repeat_is_a_block_of_its_own() -> None:
    assert [(b.start, b.rows, b.times) for b in folded("abc")] == [(0, 1, 1), (1, 1, 1), (2, 1, 1)]


def test_the_way_that_covers_most_is_taken() -> None:
    assert [(b.rows, b.times) for b in folded("aabaab")] == [(3, 2)]
    assert [(b.rows, b.times) for b in folded("aaaa")] == [(1, 4)]
