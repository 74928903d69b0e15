# SPDX-License-Identifier: MIT
"""From box encodings and class scores to detections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class DetectionPostprocess(Op):
    """Decode SSD boxes against their anchors, then suppress overlapping ones.

    ``cy = ey / scale_y * ah + ay``, ``h = exp(eh / scale_h) * ah`` and likewise across. Without
    *regular_nms* every anchor competes once, by its best class; with it every class is suppressed
    by itself. Detections beyond ``count`` are 0.

    Source: TFLite custom kernel detection_postprocess.
    """

    name: ClassVar[str] = "detection_postprocess"

    boxes: Tensor  # (1, A, 4): encoded y, x, h, w
    scores: Tensor  # (1, A, classes, or classes + 1 with the background first)
    anchors: Tensor  # (A, 4): y, x, h, w, relative to the image
    results: tuple[Tensor, ...]  # boxes (1, D, 4) ymin xmin ymax xmax, classes, scores, count
    scale: tuple[float, float, float, float]  # y, x, h, w
    classes: int  # without the background
    max_detections: int
    max_classes_per_detection: int = 1
    detections_per_class: int = 100  # with regular_nms
    iou_threshold: float = 0.6
    score_threshold: float = 0.0
    regular_nms: bool = False

    def infer_shapes(self) -> tuple[Shape, ...]:
        """(1, D, 4), (1, D), (1, D), (1,), with D the most detections there can be."""
        one, anchors, four = self.rank(self.boxes, 3)
        self.require((one, four) == (1, 4), f"boxes of {self.boxes.shape}, wanted (1, A, 4)")
        self.require(self.anchors.shape == (anchors, 4), f"anchors of {self.anchors.shape}")
        self.require(
            self.scores.shape in ((1, anchors, self.classes), (1, anchors, self.classes + 1)),
            f"scores of {self.scores.shape} for {anchors} anchors and {self.classes} classes",
        )
        self.require(
            min(self.classes, self.max_detections, self.max_classes_per_detection) >= 1
            and min(self.scale) > 0
            and self.detections_per_class >= 1,
            "classes, detections or scales below 1",
        )
        self.require(len(self.results) == 4, f"{len(self.results)} results, wanted 4")
        detections = self.max_detections * self.max_classes_per_detection
        return (1, detections, 4), (1, detections), (1, detections), (1,)
