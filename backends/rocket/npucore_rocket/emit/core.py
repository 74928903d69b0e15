# SPDX-License-Identifier: MIT
"""CORE: multiply and accumulate. Source: rocket hardware reference 5.1."""

from __future__ import annotations

from collections.abc import Iterator

from npucore_rocket.emit.write import Emission, Write
from npucore_rocket.registers import core as r


def core(e: Emission) -> Iterator[Write]:
    """All of the block. Accumulators are never truncated: Mesa's reason to do so is unknown."""
    yield r.CORE_MISC_CFG(qd_en=1, dw_en=int(e.layer.depthwise))
    yield r.CORE_DATAOUT_SIZE_0(
        dataout_height=e.task.rows - 1, dataout_width=e.layer.destination_shape.width - 1
    )
    yield r.CORE_DATAOUT_SIZE_1(dataout_channel=e.sizes.written_channels - 1)
    yield r.CORE_CLIP_TRUNCATE()
    yield r.CORE_UNKNOWN_3030()
