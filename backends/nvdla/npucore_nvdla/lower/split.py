# SPDX-License-Identifier: MIT
"""Parts of a map along one axis."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from npucore.graph import Graph
from npucore.ops import Split
from npucore_nvdla.alias import cuts
from npucore_nvdla.axes import along
from npucore_nvdla.chip import Chip
from npucore_nvdla.lower.layer import Layer
from npucore_nvdla.lower.points import copied
from npucore_nvdla.maps import Region


def places(op: Split) -> Iterator[tuple[list[Region], list[Region]]]:
    """Regions of the map, and of the results."""
    starts = accumulate(op.sizes, initial=0)
    for result, begin, size in zip(op.results, starts, op.sizes, strict=False):
        if result.elements:
            yield along(op.input, op.axis, begin, size), along(result, op.axis, 0, size)


def lower(op: Split, graph: Graph, chip: Chip) -> list[Layer] | None:
    """A layer for each region; None if the results are parts of the map as it lies."""
    if cuts(op, chip) is not None:
        return None
    pairs = (zip(source, target, strict=True) for source, target in places(op))
    return [copied(*pair) for each in pairs for pair in each]
