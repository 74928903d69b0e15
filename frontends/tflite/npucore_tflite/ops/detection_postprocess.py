# SPDX-License-Identifier: MIT
"""TFLite_Detection_PostProcess."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np

from npucore.ops import DetectionPostprocess
from npucore.tensor import Tensor
from npucore_tflite.flatbuffer import read_flexbuffer
from npucore_tflite.node import Node, Operators

REQUIRED: dict[str, type[Any]] = {
    "max_detections": int,
    "max_classes_per_detection": int,
    "num_classes": int,
    "nms_score_threshold": float,
    "nms_iou_threshold": float,
    "y_scale": float,
    "x_scale": float,
    "h_scale": float,
    "w_scale": float,
}
OPTIONAL: dict[str, type[Any]] = {"detections_per_class": int, "use_regular_nms": bool}
MOST_DETECTIONS = 1 << 16


def detection_postprocess(node: Node) -> DetectionPostprocess:
    """Read the operator; the file does not say the results' shapes, the options do."""
    options = read_flexbuffer(node.record, REQUIRED | OPTIONAL)
    if missing := sorted(REQUIRED.keys() - options.keys()):
        node.invalid(f"no option {missing[0]}")
    if not all(math.isfinite(value) for value in options.values()):
        node.invalid(f"options {options}")
    detections = options["max_detections"] * options["max_classes_per_detection"]
    if not 0 < detections <= MOST_DETECTIONS or len(node.results) != 4:
        node.invalid(f"{detections} detections in {len(node.results)} results")
    shapes = ((1, detections, 4), (1, detections), (1, detections), (1,))
    results = (_shaped(t, shape) for t, shape in zip(node.results, shapes, strict=True))
    return DetectionPostprocess(
        boxes=node.input(0),
        scores=node.input(1),
        anchors=node.input(2),
        results=tuple(results),
        scale=(options["y_scale"], options["x_scale"], options["h_scale"], options["w_scale"]),
        classes=options["num_classes"],
        max_detections=options["max_detections"],
        max_classes_per_detection=options["max_classes_per_detection"],
        detections_per_class=options.get("detections_per_class", 100),
        iou_threshold=options["nms_iou_threshold"],
        score_threshold=options["nms_score_threshold"],
        regular_nms=options.get("use_regular_nms", False),
    )


def _shaped(tensor: Tensor, shape: tuple[int, ...]) -> Tensor:
    """LiteRT writes float32 of these shapes, whatever the file declares."""
    return dataclasses.replace(tensor, shape=shape, dtype=np.dtype(np.float32), quantization=None)


OPERATORS: Operators = {"TFLite_Detection_PostProcess": detection_postprocess}
