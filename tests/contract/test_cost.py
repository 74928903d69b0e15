# SPDX-License-Identifier: MIT
"""Times around a device's tasks, in seconds."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.contract.cost import Copies, Overhead
from npucore.tensor import Tensor

AROUND = Overhead(
    run_seconds=30.0,
    op_seconds=10.0,
    task_seconds=20.0,
    sync_seconds=0.0,
    channels=16,
    entering=Copies(whole=2.0, ragged=6.0, few=1.5),
    leaving=Copies(whole=2.0, ragged=8.0, few=3.0),
)


def tensor(channels: int, dtype: type = np.int8) -> Tensor:
    return Tensor("x", (1, 4, 4, channels), np.dtype(dtype))


def test_ops_have_a_start_and_tasks() -> None:
    assert AROUND.driver_seconds(3) == 70
    assert AROUND.driver_seconds(0) == 0


@pytest.mark.parametrize(("channels", "size"), [(3, 256), (16, 256), (17, 512), (32, 512)], ids=str)
def test_channels_are_packed_in_whole_groups(channels: int, size: int) -> None:
    assert AROUND.packed_bytes(tensor(channels)) == size
    assert AROUND.packed_bytes(Tensor("n", (), np.dtype(np.int8))) == 16


@pytest.mark.parametrize(
    ("channels", "entering", "copies"),
    [(32, True, 2), (32, False, 2), (40, True, 6), (40, False, 8), (3, True, 1.5), (3, False, 3)],
)
def test_ragged_channels_take_more_copies(channels: int, entering: bool, copies: float) -> None:
    x = tensor(channels)
    assert AROUND.crossing_seconds(x, entering, 1.0) == copies * AROUND.packed_bytes(x)


def test_wider_numbers_fill_a_group_sooner() -> None:
    assert AROUND.packed_bytes(tensor(8, np.int16)) == 4 * 4 * 16
    assert AROUND.crossing_seconds(tensor(8, np.int16), True, 1.0) == 2 * 4 * 4 * 16
