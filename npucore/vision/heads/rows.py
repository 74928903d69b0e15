# SPDX-License-Identifier: MIT
"""YOLO outputs of one row for every cell: which axis is which, and what form boxes have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from npucore.graph import Network
from npucore.tensor import Shape
from npucore.vision.boxes import Cells, Floats, corners, count_cells, in_pixels, relative, scorelike
from npucore.vision.feeding import ranges
from npucore.vision.feeding.choice import Hint
from npucore.vision.feeding.feed import Resize
from npucore.vision.heads.base import Seen, picture

STRIDES = ((8, 16, 32), (8, 16, 32, 64), (4, 8, 16, 32), (16, 32))
ENOUGH = 0.5  # times the other's distance from the cells: then boxes are of the other form
NOTHING = 0.1  # a score below it says that there is none of a class
COCO_CLASSES = 80
MANY = 15  # columns of five key points, or classes
VALID = 0.99  # of the boxes of a network, before quantization's noise

LETTERBOXED = Hint(ranges.UNIT, resize=Resize.LETTERBOX)


def hint(network: Network) -> Hint:
    """YOLO networks take 0..1 and photos with borders around them."""
    return LETTERBOXED


@dataclass(frozen=True, slots=True)
class Layout:
    """Which axis of a (1, A, B) output has the cells, and their strides."""

    strides: Sequence[int]
    last: bool  # whether the cells are the last axis
    columns: int  # of every row

    def rows(self, output: Floats) -> Floats:
        """(1, A, B) -> (N, columns)."""
        rows: Floats = output[0]
        return rows.T if self.last else rows


def layout_of(network: Network, output: int = 0, each: int = 1) -> Layout | None:
    """The layout of an output that has *each* rows for every cell of its input's picture."""
    frame = picture(network)
    if frame is None or output >= len(network.outputs):
        return None
    return _layout(network.outputs[output].shape, (frame.height, frame.width), each)


def _layout(shape: Shape, size: tuple[int, int], each: int) -> Layout | None:
    if len(shape) != 3 or shape[0] != 1:
        return None
    for strides in STRIDES:
        cells = count_cells(size, strides) * each
        if shape[2] == cells:
            return Layout(strides, True, shape[1])
        if shape[1] == cells:
            return Layout(strides, False, shape[2])
    return None


def cells_of(seen: Seen, layout: Layout) -> Cells:
    """The cells of the rows."""
    return Cells.of(seen.size, layout.strides)


def placed(boxes: Floats, cells: Cells, size: tuple[int, int]) -> Floats:
    """(N, 4) of a head without anchors -> (N, 4) ymin, xmin, ymax, xmax, relative to the picture.

    They may be centre x, centre y, width and height, or, as YOLOv10 has them, left, top, right
    and bottom; relative or in pixels. The numbers tell: the middle of a box lies near its cell.
    """
    x0, y0, x1, y1 = boxes.T
    by_corners = np.stack([y0, x0, y1, x1], axis=1)
    by_centres = corners(boxes)
    if _ordered(by_corners) and distance(by_corners, cells, size) < ENOUGH * distance(
        by_centres, cells, size
    ):
        return relative(by_corners, size)
    if boxes.size and boxes[:, 2:].max() > 2:
        return by_centres / in_pixels(size)
    return by_centres


def _ordered(boxes: Floats) -> bool:
    """Whether boxes end after they begin, but for a few of no size."""
    good = (boxes[:, 2] >= boxes[:, 0]) & (boxes[:, 3] >= boxes[:, 1])
    return not good.size or bool(good.mean() >= VALID)


def distance(boxes: Floats, cells: Cells, size: tuple[int, int]) -> float:
    """The median distance of boxes' middles from their cells, in strides.

    (N, 4) *boxes* are ymin, xmin, ymax, xmax, relative or in pixels.
    """
    there = relative(boxes, size) * in_pixels(size)
    some = np.abs(boxes).sum(axis=1) > 0
    if not some.any():
        return 0.0
    y, x = (there[:, 0] + there[:, 2]) / 2 - cells.y, (there[:, 1] + there[:, 3]) / 2 - cells.x
    return float(np.median((np.hypot(y, x) / cells.stride)[some]))


def scores(columns: Floats) -> bool:
    """Whether (N, C) *columns* can be scores of classes: from 0 to 1, and mostly near 0.

    Coordinates and angles are not: those of some cell leave 0..1, and the cells' medians are not
    all near 0.
    """
    if not columns.size:
        return True
    return scorelike(columns) and bool(np.median(columns, axis=0).max() < NOTHING)


def spread(columns: Floats) -> bool:
    """Whether the best of (N, C) *columns* has something in half of many: no class is so unsure."""
    if columns.shape[1] < MANY or not columns.size:
        return False
    best = columns[columns.max(axis=1).argmax()]
    return float((best > NOTHING).mean()) >= 0.5
