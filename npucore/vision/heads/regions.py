# SPDX-License-Identifier: MIT
"""Connected regions of a map, and the smallest turned box around one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from npucore.tensor import Array
from npucore.vision.boxes import Floats

MOST_REGIONS = 1000  # of text in a picture: PaddleOCR's limit


def regions(there: Array) -> Iterator[Array]:
    """(N, 2) y and x of the pixels of every region of an (H, W) map of booleans, largest first.

    Pixels are connected over their eight neighbours. Works by runs of pixels, so its time is that
    of the regions' outlines.

    >>> [len(r) for r in regions(np.array([[1, 0, 0, 1], [0, 1, 0, 1]], bool))]
    [2, 2]
    """
    runs = _runs(there)
    parent = list(range(len(runs)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    above = 0  # the first run that could touch this one
    for number, (y, start, end) in enumerate(runs):
        while runs[above][0] < y - 1 or (runs[above][0] == y - 1 and runs[above][2] < start):
            above += 1
        touching = above
        while runs[touching][0] == y - 1 and runs[touching][1] <= end:  # ends are one behind
            parent[root(number)] = root(touching)
            touching += 1
    members: dict[int, list[int]] = defaultdict(list)
    for number in range(len(runs)):
        members[root(number)].append(number)
    parts = [_pixels([runs[n] for n in numbers]) for numbers in members.values()]
    yield from sorted(parts, key=len, reverse=True)[:MOST_REGIONS]


def _runs(there: Array) -> list[tuple[int, int, int]]:
    """(row, first column, one behind the last) of neighbours in a row."""
    padded = np.pad(there.astype(np.int8), ((0, 0), (1, 1)))
    steps = np.diff(padded, axis=1)
    rows, starts = np.nonzero(steps == 1)
    ends = np.nonzero(steps == -1)[1]
    return list(zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True))


def _pixels(runs: list[tuple[int, int, int]]) -> Array:
    rows = [np.full(end - start, y) for y, start, end in runs]
    columns = [np.arange(start, end) for _, start, end in runs]
    return np.stack([np.concatenate(rows), np.concatenate(columns)], axis=1)


def smallest_box(pixels: Array) -> Floats:
    """The four corners (4, 2) of the smallest box around (N, 2) pixels, whatever its angle.

    One side of it lies on the convex hull. The first side is the one that is more level.
    """
    hull = _hull(pixels)
    edges = np.diff(np.concatenate([hull, hull[:1]]), axis=0)
    angles = np.unique(np.round(np.arctan2(edges[:, 0], edges[:, 1]) % (np.pi / 2), 6))
    best: Floats | None = None
    smallest = np.inf
    for angle in angles.tolist():
        axes = np.array([[np.sin(angle), np.cos(angle)], [np.cos(angle), -np.sin(angle)]])
        along = hull @ axes.T
        low, high = along.min(axis=0), along.max(axis=0)
        if (area := float(np.prod(high - low))) < smallest - 1e-9:
            smallest = area
            ends = np.array([low, [high[0], low[1]], high, [low[0], high[1]]])
            best = ends @ axes
    assert best is not None
    level = abs(best[1, 1] - best[0, 1]) >= abs(best[2, 1] - best[1, 1])
    return best if level else np.roll(best, -1, axis=0)


def _hull(pixels: Array) -> Floats:
    """The convex hull of the pixels' corners, by Andrew's monotone chain."""
    ends = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)]
    points = sorted({(float(y + a), float(x + b)) for y, x in _outline(pixels) for a, b in ends})
    chains = []
    for ordered in (points, points[::-1]):
        chain: list[tuple[float, float]] = []
        for point in ordered:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
        chains.extend(chain[:-1])
    return np.array(chains)


def _outline(pixels: Array) -> list[tuple[int, int]]:
    """The first and the last pixel of every row."""
    order = np.lexsort((pixels[:, 1], pixels[:, 0]))
    rows, columns = pixels[order].T
    first = np.flatnonzero(np.diff(rows, prepend=rows[0] - 1))
    last = np.append(first[1:], len(rows)) - 1
    both = np.concatenate([first, last])
    return list(zip(rows[both].tolist(), columns[both].tolist(), strict=True))


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
