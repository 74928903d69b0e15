# SPDX-License-Identifier: MIT
"""Detections from an SSD head, as `npucore.ops.DetectionPostprocess` defines them.

Source of every step: TFLite custom kernel detection_postprocess (fast and regular suppression).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from npucore.ops import DetectionPostprocess
from npucore.quantize import Rounding
from npucore.reference.kernel import BYTES, Judge, Kernel
from npucore.tensor import Array, Tensor

JUDGE = Judge.LITERT
KNOWN_BYTES = 1 << 26  # of overlaps that are kept for the next class
MOST_OVERLAPS = 1 << 31
FOREMOST = 1024


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """Detections, best first: anchors' indices, classes and scores, all (D,)."""

    anchors: Array
    classes: Array
    scores: Array


def refuse(op: DetectionPostprocess) -> str | None:
    """Float32 or bytes in, float32 out."""
    for tensor in (op.boxes, op.scores, op.anchors):
        if tensor.dtype not in (np.float32, *BYTES):
            return f"{tensor.name} of {tensor.dtype}"
        if tensor.dtype in BYTES and (tensor.quantization is None or tensor.q.axis is not None):
            return f"{tensor.name} has no quantization per tensor"
    each = min(
        op.detections_per_class if op.regular_nms else op.max_detections, op.anchors.shape[0]
    )
    work = each * op.anchors.shape[0] * (op.classes if op.regular_nms else 1)
    if work > MOST_OVERLAPS:
        return f"{work} overlaps of boxes, at most {MOST_OVERLAPS} are computed"
    wrong = [result.name for result in op.results if result.dtype != np.float32]
    return f"{wrong[0]} is not float32" if wrong else None


def prepare(op: DetectionPostprocess, rounding: Rounding) -> Kernel:
    """Decode, suppress, and lay the detections out."""
    most = op.max_detections * op.max_classes_per_detection
    suppress = _regular if op.regular_nms else _fast

    def run(boxes: Array, scores: Array, anchors: Array) -> tuple[Array, ...]:
        corners = _decode(
            _real(boxes, op.boxes)[0], _real(anchors, op.anchors), np.array(op.scale, np.float32)
        )
        background = scores.shape[2] - op.classes
        found = suppress(op, corners, _real(scores, op.scores)[0][:, background:])
        count = len(found.scores)
        out_boxes = np.zeros((1, most, 4), np.float32)
        out_classes, out_scores = (np.zeros((1, most), np.float32) for _ in range(2))
        out_boxes[0, :count] = corners[found.anchors]
        out_classes[0, :count], out_scores[0, :count] = found.classes, found.scores
        detections = count if op.regular_nms else count // _classes_per_box(op)
        return out_boxes, out_classes, out_scores, np.array([detections], np.float32)

    return run


def _real(stored: Array, tensor: Tensor) -> Array:
    if tensor.dtype == np.float32:
        return stored
    centred = stored.astype(np.float32) - np.float32(tensor.q.zero_point)
    return centred * tensor.q.scale


def _decode(encoded: Array, anchors: Array, scale: Array) -> Array:
    """(A, 4) encoded y, x, h, w -> (A, 4) ymin, xmin, ymax, xmax; float32."""
    centre = encoded[:, :2] / scale[:2] * anchors[:, 2:] + anchors[:, :2]
    half = np.float32(0.5) * np.exp(encoded[:, 2:] / scale[2:]) * anchors[:, 2:]
    return np.concatenate([centre - half, centre + half], axis=1).astype(np.float32)


def _classes_per_box(op: DetectionPostprocess) -> int:
    return min(op.max_classes_per_detection, op.classes)


def _fast(op: DetectionPostprocess, corners: Array, scores: Array) -> _Found:
    """Every anchor competes once, by its best class."""
    kept = _kept(op, corners, scores.max(axis=1))
    best = np.argsort(-scores[kept], axis=1, kind="stable")[:, : _classes_per_box(op)]
    anchors = np.repeat(kept, best.shape[1])
    classes = best.reshape(-1)
    return _Found(anchors, classes, scores[anchors, classes])


def _kept(op: DetectionPostprocess, corners: Array, scores: Array) -> Array:
    """As `_suppress` of all boxes; those with the best scores nearly always suffice."""
    if len(scores) > FOREMOST:
        bound = np.partition(scores, -FOREMOST)[-FOREMOST]
        some = np.flatnonzero(scores >= bound)
        overlaps = _Overlaps(op, corners[some])
        kept = some[_suppress(op, overlaps, scores[some], op.max_detections)]
        if len(kept) == op.max_detections:
            return kept
    return _suppress(op, _Overlaps(op, corners), scores, op.max_detections)


def _regular(op: DetectionPostprocess, corners: Array, scores: Array) -> _Found:
    """Every class by itself; after each, only the best detections so far are kept."""
    found = _Found(*(np.zeros(0, kind) for kind in (np.int64, np.int64, np.float32)))
    overlaps = _Overlaps(op, corners)
    for number in range(op.classes):
        kept = _suppress(op, overlaps, scores[:, number], op.detections_per_class)
        anchors = np.concatenate([found.anchors, kept])
        classes = np.concatenate([found.classes, np.full(len(kept), number)])
        values = np.concatenate([found.scores, scores[kept, number]])
        best = np.argsort(-values, kind="stable")[: op.max_detections]
        found = _Found(anchors[best], classes[best], values[best])
    return found


class _Overlaps:
    """Which boxes overlap one too much; each is asked once, however many classes there are."""

    def __init__(self, op: DetectionPostprocess, corners: Array) -> None:
        self._edges = np.ascontiguousarray(corners.T)  # (4, A): each step takes whole rows
        top, left, bottom, right = self._edges
        self._areas = (bottom - top) * (right - left)
        self._most = np.float32(op.iou_threshold)
        self._known: dict[int, Array] = {}

    def of(self, index: int) -> Array:
        """(A,) bool."""
        if (found := self._known.get(index)) is None:
            found = self._with(index) > self._most
            if len(found) * (len(self._known) + 1) <= KNOWN_BYTES:
                self._known[index] = found
        return found

    def _with(self, index: int) -> Array:
        """(A,) intersection over union with a box; 0 where either area is not positive."""
        top, left, bottom, right = self._edges
        box, area = self._edges[:, index], self._areas[index]
        rows = np.maximum(np.minimum(box[2], bottom) - np.maximum(box[0], top), 0)
        columns = np.maximum(np.minimum(box[3], right) - np.maximum(box[1], left), 0)
        shared = rows * columns
        overlap = shared / (area + self._areas - shared)
        return np.where((self._areas > 0) & (area > 0), overlap, np.float32(0))


def _suppress(op: DetectionPostprocess, overlaps: _Overlaps, scores: Array, most: int) -> Array:
    """Indices of at most *most* boxes, best first, none overlapping a better one too much."""
    candidates = np.flatnonzero(scores >= np.float32(op.score_threshold))
    candidates = candidates[np.argsort(-scores[candidates], kind="stable")]
    chosen: list[int] = []
    gone = np.zeros(len(scores), np.bool_)
    for index in candidates.tolist():
        if len(chosen) == most:
            break
        if not gone[index]:
            chosen.append(index)
            gone |= overlaps.of(index)
    return np.array(chosen, np.int64)
