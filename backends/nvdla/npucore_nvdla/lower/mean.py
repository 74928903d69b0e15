# SPDX-License-Identifier: MIT
"""Means over rows and columns of a map: averages of one window."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Mean, Padding
from npucore_nvdla.chip import Chip
from npucore_nvdla.lower.average import averaged
from npucore_nvdla.lower.layer import Layer
from npucore_nvdla.lower.points import NO_CLAMP
from npucore_nvdla.lower.sums import Window
from npucore_nvdla.maps import MapShape, image, region

ROWS_AND_COLUMNS = (1, 2)


def lower(op: Mean, graph: Graph, chip: Chip) -> list[Layer]:
    """A layer for each image and each atom of channels."""
    images, rows, columns, channels = op.input.shape
    kernel = (rows if 1 in op.axes else 1, columns if 2 in op.axes else 1)
    out = MapShape(images * rows // kernel[0], columns // kernel[1], channels)
    target, each = region(op.output, out), rows // kernel[0]
    layers: list[Layer] = []
    for number in range(images):
        part = target.rows(number * each, each)
        source = image(op.input, number)
        layers += averaged(source, part, kernel, Window(), Padding(), NO_CLAMP, chip)
    return layers
