# SPDX-License-Identifier: MIT
"""Layers that exceed the convolution buffer are cut, and compute the same."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from npucore.ops import Convolution, FullyConnected, Padding, Pooling, PoolingType
from npucore_nvdla.chip import CHIPS, SMALL
from npucore_nvdla.registers import csc, pdp
from npucore_nvdla.stream import Settings
from tests.material.nvdla.graphs import compiled, feature_map, graph, off_by, weights


def convolution(rows: int, columns: int, channels: int, kernels: int, step: int = 1) -> Convolution:
    data = np.random.default_rng(3).integers(-127, 128, (kernels, 3, 3, channels)).astype(np.int8)
    out = (-(-rows // step), -(-columns // step))
    return Convolution(
        input=feature_map("x", 1, rows, columns, channels),
        weights=weights(data, scale=0.002),
        output=feature_map("y", 1, *out, kernels, scale=3.0),
        padding=Padding(1, 1, 1, 1),
        stride=(step, step),
    )


def tasks(op: Convolution, target: str) -> list[tuple[int, int, int]]:
    """(rows that are read, rows above them, kernels) of every task."""
    found = [Settings(dict(task.words.tolist())) for task in compiled(graph(op), target).jobs]
    return [
        (
            s(csc.D_DATAIN_SIZE_EXT_0).datain_height_ext + 1,
            s(csc.D_ZERO_PADDING).pad_top,
            s(csc.D_WEIGHT_SIZE_EXT_1).weight_kernel + 1,
        )
        for s in found
    ]


def test_rows_that_do_not_fit_are_cut_with_overlap() -> None:
    op = convolution(60, 60, 40, 16)
    assert tasks(op, "small") == [(48, 1, 16), (14, 0, 16)]
    assert off_by(graph(op)) <= 1


def test_kernels_that_do_not_fit_are_cut_in_groups() -> None:
    op = convolution(5, 6, 200, 90, step=2)
    found = tasks(op, "small")
    assert sum(kernels for _, _, kernels in found) == 90
    assert len(found) > 1
    assert off_by(graph(op)) <= 1


def test_what_fits_is_one_task() -> None:
    assert tasks(convolution(5, 6, 20, 12), "small") == [(5, 1, 12)]


@pytest.mark.parametrize("target", ["large", "full"])
def test_other_configurations_have_other_atoms(target: str) -> None:
    assert off_by(graph(convolution(12, 11, 45, 50)), target) <= 1


def test_a_kernel_beyond_the_buffer_is_refused_with_the_sizes() -> None:
    op = FullyConnected(
        input=feature_map("x", 1, 32, 32, 48),
        weights=weights(np.ones((8, 32 * 32 * 48), np.int8)),
        output=feature_map("y", 1, 8),
    )
    with pytest.raises(UnsupportedError, match="do not fit the 32 banks of small"):
        compiled(graph(op))


def test_wide_pools_are_cut_in_columns() -> None:
    op = Pooling(
        type=PoolingType.MAX,
        input=feature_map("x", 1, 9, 300, 5),
        output=feature_map("y", 1, 9, 300, 5),
        kernel=(3, 3),
        padding=Padding(1, 1, 1, 1),
    )
    columns = [
        Settings(dict(task.words.tolist()))(pdp.D_DATA_CUBE_OUT_WIDTH).cube_out_width + 1
        for task in compiled(graph(op)).jobs
    ]
    assert columns == [128, 128, 44]
    assert off_by(graph(op)) == 0


def test_the_first_configuration_is_the_small_one() -> None:
    assert next(iter(CHIPS.values())) is SMALL
