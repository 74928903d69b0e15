# SPDX-License-Identifier: MIT
"""Formulas of the validator on numbers that no small job reaches."""

from __future__ import annotations

import pytest

from npucore_rocket.chip import RK3588
from npucore_rocket.registers import cna, core, dpu
from npucore_rocket.validate.formulas import fitting_step
from npucore_rocket.validate.task import Kind, Task

WIDTH = 10


def task(lines: int, out: int, height: int, kernel: int) -> Task:
    """A task of *height* lines out of a map of *lines*, 10 pixels wide, as its output of *out*."""
    fields = {
        cna.CNA_FC_DATA_SIZE0.dma_width: WIDTH,
        cna.CNA_DMA_CON2.surf_stride: WIDTH * (lines - 4),
        cna.CNA_DATA_SIZE0.datain_height: height,
        cna.CNA_WEIGHT_SIZE2.weight_height: kernel,
        cna.CNA_CONV_CON3.conv_y_stride: 1,
        cna.CNA_CONV_CON3.atrous_y_dilation: 0,
        core.CORE_DATAOUT_SIZE_0.dataout_width: WIDTH - 1,
        dpu.DPU_DST_SURF_STRIDE.dst_surf_stride: WIDTH * out,
    }
    return Task(Kind("direct", "bias", False), fields, RK3588)


@pytest.mark.parametrize(
    ("lines", "out", "wanted"),
    [
        (9, 7, 9),
        (9, 6, 5),
        (9, 37, 9),  # 15 lines of padding on either side
        (9, 38, 5),
        (2047, 2047, 2047),
        (2048, 2048, 2047),
    ],
)
def test_a_map_has_the_lines_that_make_its_outputs_or_the_tasks(
    lines: int, out: int, wanted: int
) -> None:
    """The task itself has 5 lines."""
    assert fitting_step(task(lines, out, 5, 3)) == WIDTH * (wanted - 4)
