# SPDX-License-Identifier: MIT
"""CORE: multiply and accumulate. Source: rocket hardware reference 5.1."""

from __future__ import annotations

from collections.abc import Iterator

from npucore_rocket.emit.write import Emission, Kind, Write
from npucore_rocket.plan import Task
from npucore_rocket.registers import core as r

FP16 = 2
ORDER = (
    r.CORE_MISC_CFG,
    r.CORE_DATAOUT_SIZE_0,
    r.CORE_DATAOUT_SIZE_1,
    r.CORE_CLIP_TRUNCATE(),  # accumulators are never truncated: Mesa's reason to do so is unknown
    r.CORE_UNKNOWN_3030(),
)


def kind(k: Kind) -> Iterator[Write]:
    """Direct or depthwise; only integers are added up for zero points."""
    halves = int(k.halves)
    yield r.CORE_MISC_CFG(qd_en=1 - halves, dw_en=int(k.depthwise), proc_precision=FP16 * halves)


def layer(e: Emission) -> Iterator[Write]:
    """The channels to compute."""
    yield r.CORE_DATAOUT_SIZE_1(dataout_channel=e.sizes.written_channels - 1)


def rows(e: Emission, task: Task) -> Iterator[Write]:
    """The pixels to compute."""
    width = e.layer.destination_shape.width
    yield r.CORE_DATAOUT_SIZE_0(dataout_height=task.rows - 1, dataout_width=width - 1)
