# SPDX-License-Identifier: MIT
"""Outputs whose answer is known: rows of YOLO heads with one object in them, written backwards.

Nothing here is taken from the decoders: boxes are turned into what a network would give.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from npucore.graph import Graph
from npucore.metadata import Metadata
from npucore.tensor import Array, Quantization, Shape, Tensor

HEIGHT, WIDTH = 64, 96  # of the picture; unlike, so that a swap of the two shows
PIXELS = np.array([HEIGHT, WIDTH, HEIGHT, WIDTH], np.float32)  # of a box of relative 1
BOX = (17.0, 8.0, 47.0, 44.0)  # ymin, xmin, ymax, xmax of the object, in pixels
CLASSES = 3
INDEX, SCORE = 2, 0.9
STRIDES = (8, 16, 32)

Floats = npt.NDArray[np.float32]


def network(
    outputs: Sequence[Array],
    image: Shape = (1, HEIGHT, WIDTH, 3),
    names: Sequence[str] = (),
    properties: Mapping[str, str] | None = None,
    dtype: str = "float32",
    scale: float | None = None,
) -> Graph:
    """A graph without ops: only what goes in and out matters."""
    quantization = None if scale is None else Quantization.per_tensor(scale)
    results = tuple(
        Tensor(names[i] if names else f"y{i}", a.shape, a.dtype, quantization, a)
        for i, a in enumerate(outputs)
    )
    picture = Tensor("x", image, np.dtype(dtype))
    return Graph((), (picture,), results, metadata=Metadata(properties or {}))


def cells(strides: Sequence[int] = STRIDES, offset: float = 0.5) -> list[tuple[float, float, int]]:
    """(y, x, stride) of every cell, row by row."""
    return [
        ((y + offset) * stride, (x + offset) * stride, stride)
        for stride in strides
        for y in range(-(-HEIGHT // stride))
        for x in range(-(-WIDTH // stride))
    ]


def middle() -> int:
    """The cell of stride 8 that holds the object's middle."""
    y, x = (BOX[0] + BOX[2]) / 2, (BOX[1] + BOX[3]) / 2
    return int(y // 8) * (WIDTH // 8) + int(x // 8)


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def centred(box: Sequence[float]) -> list[float]:
    """Centre x, centre y, width, height."""
    ymin, xmin, ymax, xmax = box
    return [(xmin + xmax) / 2, (ymin + ymax) / 2, xmax - xmin, ymax - ymin]


def around(y: float, x: float, stride: int) -> tuple[float, float, float, float]:
    """A box as large as a cell, a little off its middle."""
    return (y - stride * 0.8, x - stride * 0.7, y + stride * 0.7, x + stride)


def boxes(strides: Sequence[int] = STRIDES) -> list[tuple[float, float, float, float]]:
    """A box for every cell, the object's among them."""
    found = [around(*cell) for cell in cells(strides)]
    found[middle()] = BOX
    return found


def scores(count: int, classes: int = CLASSES) -> Floats:
    """(N, classes), almost nothing anywhere but for the object."""
    found = rng().uniform(0, 0.02, (count, classes)).astype(np.float32)
    found[middle(), INDEX] = SCORE
    return found


def logit(values: npt.ArrayLike) -> Floats:
    """The logits of *values*: a sigmoid gives them back."""
    p = np.clip(np.asarray(values, np.float64), 1e-6, 1 - 1e-6)
    return np.log(p / (1 - p)).astype(np.float32)


def rows8(form: str = "centres", relative: bool = False) -> Floats:
    """(N, 4 + classes) as YOLOv8 (centres) or v10 (corners) has them."""
    if form == "centres":
        places = [centred(box) for box in boxes()]
    else:
        places = [[xmin, ymin, xmax, ymax] for ymin, xmin, ymax, xmax in boxes()]
    first = np.array(places, np.float32) / (PIXELS[[1, 0, 3, 2]] if relative else 1)
    return np.concatenate([first, scores(len(first))], axis=1)


def bins(distances: Floats, count: int) -> Floats:
    """(N, 4 * count) logits of distributions whose means are (N, 4) *distances*."""
    low = np.clip(np.floor(distances), 0, count - 2).astype(int)
    share = np.clip(distances - low, 1e-6, 1 - 1e-6)
    found = np.full((*distances.shape, count), -20.0, np.float32)
    n, side = np.indices(distances.shape)
    found[n, side, low] = np.log(1 - share)
    found[n, side, low + 1] = np.log(share)
    return found.reshape(len(distances), -1)
