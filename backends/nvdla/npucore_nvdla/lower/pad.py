# SPDX-License-Identifier: MIT
"""Borders around maps: filled with a number that is multiplied by 0 first; the map is copied.

Convolutions add a border of real 0 themselves, so that nothing is done for those.
"""

from __future__ import annotations

from collections.abc import Iterator

from npucore.graph import Graph
from npucore.ops import Convolution, Pad
from npucore.rewrite.fold import border
from npucore_nvdla.chip import Chip
from npucore_nvdla.lower.layer import Compute, Layer, Points, Stage
from npucore_nvdla.lower.points import copied
from npucore_nvdla.maps import Region, image
from npucore_nvdla.quantize import sign_offset, zero_point


def folded(op: Pad, graph: Graph) -> bool:
    """Whether convolutions alone read the result, which add such a border themselves."""
    readers = graph.readers.get(op.output, ())
    return (
        border(op) is not None
        and bool(readers)
        and op.output not in graph.outputs
        and op.input.q.same_as(op.output.q)
        and all(isinstance(reader, Convolution) for reader in readers)
    )


def lower(op: Pad, graph: Graph, chip: Chip) -> list[Layer] | None:
    """A layer for each side and one for the map, for each image; None if convolutions add it."""
    if folded(op, graph):
        return None
    layers: list[Layer] = []
    less = sign_offset(op.output)
    value = zero_point(op.output) if op.value is None else int(op.value) - less
    fill = Points(Stage(factor=0), offset=-value)
    rows, columns = op.input.shape[1:3]
    for number in range(op.input.shape[0]):
        whole = image(op.output, number)
        inner = whole.rows(op.before[1], rows).columns(op.before[2], columns)
        layers += (Compute(side, side, fill) for side in _sides(whole, op))
        layers.append(copied(image(op.input, number), inner))
    return layers


def _sides(whole: Region, op: Pad) -> Iterator[Region]:
    rows, columns, _ = whole.shape
    for first, count in ((0, op.before[1]), (rows - op.after[1], op.after[1])):
        if count:
            yield whole.rows(first, count)
    middle = whole.rows(op.before[1], rows - op.before[1] - op.after[1])
    for first, count in ((0, op.before[2]), (columns - op.after[2], op.after[2])):
        if count and middle.shape.rows:
            yield middle.columns(first, count)
