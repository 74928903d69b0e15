# SPDX-License-Identifier: MIT
"""SPACE_TO_BATCH_ND."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from tests.material.tflite.litert import assert_equals_litert, reference
from tests.material.tflite.write import constant, draw, single, tensor

Rng = np.random.Generator

CASES = {  # block, rows and columns of the border
    "2x2": ((2, 2), (0, 0), (0, 0)),
    "3x2-border": ((3, 2), (1, 2), (1, 3)),
    "1x4-columns": ((1, 4), (0, 0), (2, 2)),
    "2x3-after": ((2, 3), (0, 2), (1, 0)),
    "1x1": ((1, 1), (0, 0), (0, 0)),
}


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32", "int32", "int64"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
@pytest.mark.parametrize("channels", [1, 5, 33])
def test_pixels_go_where_litert_puts_them(
    rng: Rng, dtype: str, case: tuple[tuple[int, int], ...], channels: int
) -> None:
    (by, bx), rows, columns = case
    x = tensor((2, 6, 8, channels), dtype)
    h, w = 6 + sum(rows), 8 + sum(columns)
    shape = (2 * by * bx, h // by, w // bx, channels)
    operands = [x, constant([by, bx]), constant([rows, columns])]
    assert_equals_litert(single("SPACE_TO_BATCH_ND", operands, tensor(shape, dtype)), draw(rng, x))


def test_blocks_of_one_axis_are_refused_by_name(rng: Rng) -> None:
    x, border = tensor((2, 6, 5)), constant([[0, 0]])
    shape = (4, 3, 5)
    model = single("SPACE_TO_BATCH_ND", [x, constant([2]), border], tensor(shape))
    with pytest.raises(UnsupportedError, match=r"SPACE_TO_BATCH_ND.*blocks of 1 axes"):
        reference(model, [draw(rng, x)])


def test_a_computed_block_is_refused_by_name(rng: Rng) -> None:
    x, block = tensor((4, 6, 8, 5)), tensor((2,), "int32")
    operands = [x, block, constant([[0, 0], [0, 0]])]
    model = single("SPACE_TO_BATCH_ND", operands, tensor((4, 6, 8, 5)))
    with pytest.raises(UnsupportedError, match=r"SPACE_TO_BATCH_ND.*is computed, not constant"):
        reference(model, [draw(rng, x), np.array([1, 1], np.int32)])
