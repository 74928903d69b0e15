# SPDX-License-Identifier: MIT
"""Boxes out of encodings and scores."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product

import numpy as np

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import DetectionPostprocess, Op


def cases() -> Iterator[Case]:
    """Both kinds of suppression, with and without a background class."""
    for anchors, classes, regular in product((10, 60), (1, 7), (False, True)):
        name = f"{anchors}anchors-{classes}classes" + "-regular" * regular
        make = partial(_make, anchors=anchors, classes=classes, regular=regular)
        yield Case("detection_postprocess", name, make, "boxes", essential=anchors == 10)


def _make(m: Maker, anchors: int, classes: int, regular: bool) -> Op:
    scores = m.rng.random((1, anchors, classes + 1))
    corners = m.rng.random((anchors, 4)) * 0.8 + 0.1
    detections = 10
    shapes = ((1, detections, 4), (1, detections), (1, detections), (1,))
    return DetectionPostprocess(
        boxes=m.input((1, anchors, 4), "float32", name="boxes"),
        scores=m.input(scores.shape, "float32", values=scores, name="scores"),
        anchors=m.constant(np.abs(corners), "float32"),
        results=tuple(m.tensor(shape, "float32", name=f"y{i}") for i, shape in enumerate(shapes)),
        scale=(10.0, 10.0, 5.0, 5.0),
        classes=classes,
        max_detections=detections,
        score_threshold=0.3,
        regular_nms=regular,
    )
