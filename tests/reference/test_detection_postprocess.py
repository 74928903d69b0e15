# SPDX-License-Identifier: MIT
"""The boxes with the best scores give the same detections as all of them."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.ops import DetectionPostprocess
from npucore.quantize import Rounding
from npucore.reference import detection_postprocess
from npucore.tensor import Array, Tensor

F32 = np.dtype(np.float32)
ANCHORS, CLASSES = 200, 3


def op(detections: int, anchors: Array) -> DetectionPostprocess:
    shapes = ((1, detections, 4), (1, detections), (1, detections), (1,))
    return DetectionPostprocess(
        boxes=Tensor("boxes", (1, ANCHORS, 4), F32),
        scores=Tensor("scores", (1, ANCHORS, CLASSES), F32),
        anchors=Tensor("anchors", (ANCHORS, 4), F32, None, anchors),
        results=tuple(Tensor(f"y{n}", shape, F32) for n, shape in enumerate(shapes)),
        scale=(10.0, 10.0, 5.0, 5.0),
        classes=CLASSES,
        max_detections=detections,
        iou_threshold=0.4,
    )


@pytest.mark.parametrize("foremost", [1, 8, 64])
@pytest.mark.parametrize("seed", range(6))
def test_few_boxes_suffice_or_all_are_looked_at(
    seed: int, foremost: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many equal scores, boxes that overlap, and numbers that are none."""
    rng = np.random.default_rng(seed)
    anchors = np.repeat(rng.random((ANCHORS // 4, 4)), 4, axis=0).astype(np.float32)
    boxes = (0.3 * rng.normal(size=(1, ANCHORS, 4))).astype(np.float32)
    scores = np.round(rng.random((1, ANCHORS, CLASSES)), seed % 3).astype(np.float32)
    if seed == 5:
        scores[0, 3] = np.nan
    wanted = op(8 * (seed % 3) + 2, anchors)
    assert detection_postprocess.FOREMOST > ANCHORS
    want = detection_postprocess.prepare(wanted, Rounding.TFLITE)(boxes, scores, anchors)
    monkeypatch.setattr(detection_postprocess, "FOREMOST", foremost)
    got = detection_postprocess.prepare(wanted, Rounding.TFLITE)(boxes, scores, anchors)
    for mine, theirs in zip(got, want, strict=True):
        np.testing.assert_array_equal(mine, theirs)
