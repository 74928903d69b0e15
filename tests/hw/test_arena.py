# SPDX-License-Identifier: MIT
"""Pieces whose lives overlap never share bytes, and the buffer ends behind the last."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.hw.arena import Lifetime, place


def test_the_end_is_behind_the_last_piece() -> None:
    assert place([Lifetime(300, 0, 1), Lifetime(300, 1, 1)]) == ([0, 320], 640)
    assert place([]) == ([], 0)


@pytest.mark.parametrize("seed", range(4))
def test_lives_that_overlap_share_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    firsts, lengths, sizes = (
        rng.integers(0, 30, 60),
        rng.integers(0, 9, 60),
        rng.integers(1, 999, 60),
    )
    pieces = [
        Lifetime(int(size), int(first), int(first + length))
        for first, length, size in zip(firsts, lengths, sizes, strict=True)
    ]
    offsets, end = place(pieces)
    for number, (piece, offset) in enumerate(zip(pieces, offsets, strict=True)):
        assert offset % 64 == 0
        assert offset + piece.size_bytes <= end
        for other, at in zip(pieces[:number], offsets, strict=False):
            apart = other.last < piece.first or piece.last < other.first
            beside = at + other.size_bytes <= offset or offset + piece.size_bytes <= at
            assert apart or beside
    assert end < sum(piece.size_bytes for piece in pieces)
