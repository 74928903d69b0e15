# SPDX-License-Identifier: MIT
"""A detector of a few bytes: it sees the same two things in every picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from npucore.graph import Graph
from npucore.ops import FullyConnected, Reshape
from npucore.running.compilation import compile
from npucore.tensor import Tensor

FLOAT = np.dtype(np.float32)
SIDE = 32  # rows and columns of the picture
ROWS = np.zeros((7, 6), np.float32)  # no network has 7 cells
ROWS[:2] = [[0, 8, 16, 16, 0.75, 0], [16, 8, 32, 24, 0.5, 2]]
"""x0, y0, x1, y1 in pixels, score, class: what YOLOv10 gives."""


def detector() -> Graph:
    """The picture times nothing, plus the rows."""
    x = Tensor("image", (1, SIDE, SIDE, 3), FLOAT)
    weights = np.zeros((ROWS.size, 3 * SIDE * SIDE), np.float32)
    flat, y = Tensor("flat", (1, ROWS.size), FLOAT), Tensor("rows", (1, *ROWS.shape), FLOAT)
    op = FullyConnected(
        input=x,
        weights=Tensor("weights", weights.shape, FLOAT, data=weights),
        bias=Tensor("bias", (ROWS.size,), FLOAT, data=ROWS.ravel()),
        output=flat,
    )
    return Graph((op, Reshape(input=flat, output=y)), (x,), (y,), name="detector")


def write_detector(path: Path) -> Path:
    """The same as a compiled artefact, which is known by its content, whatever it is called."""
    compile(detector(), "reference").write(path)
    return path
