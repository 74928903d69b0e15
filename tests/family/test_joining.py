# SPDX-License-Identifier: MIT
"""Maps that are copied whole are written where they are copied to, unless bytes would be lost."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.family.joining import Copy, joined
from npucore.family.placing import View
from npucore.tensor import Tensor

A, B, WHOLE, OUTER = (
    Tensor(name, (size,), np.dtype(np.int8))
    for name, size in (("a", 64), ("b", 32), ("whole", 96), ("outer", 128))
)
TO_WHOLE = [Copy(A, 0, WHOLE, 0, 64), Copy(B, 0, WHOLE, 64, 32)]


def placed(
    copies: list[Copy], written: dict[Tensor, int] | None = None, inputs: tuple[Tensor, ...] = ()
) -> dict[str, tuple[str, int]]:
    """Tensor -> its root and where it begins there."""
    alone = {tensor: View(tensor) for tensor in (A, B, WHOLE, OUTER)}
    views = joined(inputs, alone, copies, written or {}, lambda tensor: tensor.shape[0])
    return {tensor.name: (view.root.name, view.offset) for tensor, view in views.items()}


def test_operands_are_parts_of_the_whole() -> None:
    assert placed(TO_WHOLE)["a"] == ("whole", 0)
    assert placed(TO_WHOLE)["b"] == ("whole", 64)


def test_a_part_of_a_part_follows_it() -> None:
    found = placed([*TO_WHOLE, Copy(WHOLE, 0, OUTER, 32, 96)])
    assert found["whole"] == ("outer", 32)
    assert found["b"] == ("outer", 96)


@pytest.mark.parametrize(
    ("copies", "why"),
    [
        ([Copy(A, 0, WHOLE, 0, 64), Copy(B, 0, WHOLE, 48, 32)], "both write bytes 48 to 64"),
        ([Copy(A, 32, WHOLE, 0, 32)], "it would begin before the whole"),
        ([Copy(A, 0, WHOLE, 64, 32)], "it would end behind the whole"),
        ([Copy(A, 0, A, 0, 64)], "it is the whole"),
    ],
)
def test_a_map_stays_apart(copies: list[Copy], why: str) -> None:
    assert placed(copies)["a"] == ("a", 0), why


def test_an_input_stays_where_the_user_writes_it() -> None:
    assert placed(TO_WHOLE, inputs=(A,))["a"] == ("a", 0)


def test_bytes_behind_a_map_must_not_be_its_neighbours() -> None:
    """Tasks that write more than the map has may do so at the end of the whole alone."""
    found = placed(TO_WHOLE, {A: 80, B: 48})
    assert found["a"] == ("a", 0)
    assert found["b"] == ("whole", 64)


def test_the_same_map_twice_stays_apart() -> None:
    found = placed([Copy(B, 0, WHOLE, 0, 32), Copy(B, 0, WHOLE, 32, 32)])
    assert found["b"][0] == "whole"  # once; the other copy is work
