# SPDX-License-Identifier: MIT
"""SDP alone: registers of points over a map that it reads itself."""

from __future__ import annotations

from functools import lru_cache

from npucore_nvdla.chip import Chip
from npucore_nvdla.emit.points import PointsKey, key, processor, readers
from npucore_nvdla.emit.table import loaded
from npucore_nvdla.lower.layer import Compute
from npucore_nvdla.registers import BLOCKS
from npucore_nvdla.stream import POINTS, Words, encode


def compute_words(layer: Compute, chip: Chip) -> Words:
    """Of a layer that fits."""
    return _words(key(layer.points, layer.source, layer.destination, chip))


@lru_cache(maxsize=1024)
def _words(k: PointsKey) -> Words:
    enables = [BLOCKS[name].D_OP_ENABLE(op_en=1) for name in POINTS]
    return encode([*loaded(k.table), *readers(k), *processor(k), *enables])
