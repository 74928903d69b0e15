# SPDX-License-Identifier: MIT
"""Boxes without those that overlap."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import NonMaxSuppression, Op


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    yield Case(
        "non_max_suppression", "9x4-hard-float32", partial(_op, sigma=0.0), "map", essential=True
    )
    yield Case("non_max_suppression", "9x4-soft-float32", partial(_op, sigma=0.5), "rank 3")


def _op(m: Maker, sigma: float) -> Op:
    corners = np.sort(m.rng.uniform(0, 10, (9, 2, 2)), 1).reshape(9, 4)
    boxes = m.input((9, 4), "float32", values=corners, name="boxes")
    scores = m.input((9,), "float32", values=m.rng.uniform(0, 1, 9), name="scores")
    results = (
        m.tensor((6,), "int32", name="places"),
        m.tensor((6,), "float32", name="kept"),
        m.tensor((), "int32", name="count"),
    )
    return NonMaxSuppression(
        boxes=boxes, scores=scores, results=results, most=6, overlap=0.3, threshold=0.2, sigma=sigma
    )
