# SPDX-License-Identifier: MIT
"""The memory and time for reading a file are bounded by its size."""

from __future__ import annotations

import pytest

from npucore.errors import InvalidModelError
from npucore.files.budget import ELEMENTS_PER_BYTE, FLOOR_ELEMENTS, Budget


def test_a_file_that_stores_nothing_may_make_eight_million_elements() -> None:
    assert (FLOOR_ELEMENTS, ELEMENTS_PER_BYTE) == (8 * 1024 * 1024, 8)


def test_every_stored_byte_allows_more() -> None:
    budget = Budget(10)
    assert budget.left == FLOOR_ELEMENTS + 10 * ELEMENTS_PER_BYTE
    budget.stored(3)
    assert budget.left == FLOOR_ELEMENTS + 13 * ELEMENTS_PER_BYTE
    assert Budget(10, floor=5, per_byte=2).left == 25


def test_what_is_taken_is_gone_and_no_more_can_be_taken() -> None:
    budget = Budget(floor=10)
    budget.take(0, "nothing")
    budget.take(-5, "a negative size, which others refuse")
    budget.take(4, "some")
    assert budget.left == 6
    with pytest.raises(InvalidModelError, match="more asks for 7 elements, 6 are left"):
        budget.take(7, "more")
    budget.take(6, "the rest")
    assert budget.left == 0
