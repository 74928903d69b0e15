# SPDX-License-Identifier: MIT
"""Boxes without those that overlap, as `npucore.ops.NonMaxSuppression` defines them."""

from __future__ import annotations

import heapq
import math

import numpy as np

from npucore.ops import NonMaxSuppression
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel, dtypes_refusal
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: NonMaxSuppression) -> str | None:
    """Floats; places and their number are int32."""
    places, scores, count = op.results
    if places.dtype != np.int32 or count.dtype != np.int32:
        return f"places of {places.dtype}, {count.dtype} of them"
    return dtypes_refusal(op, np.float32, tensors=(op.boxes, op.scores, scores))


def prepare(op: NonMaxSuppression, rounding: Rounding) -> Kernel:
    """A heap of candidates; one whose score has fallen comes up again later."""
    scale = -0.5 / op.sigma if op.sigma > 0 else 0.0

    def run(boxes: Array, scores: Array) -> tuple[Array, Array, Array]:
        heap = [(-float(s), i, 0) for i, s in enumerate(scores) if s > op.threshold]
        heapq.heapify(heap)
        places, found = np.zeros(op.most, np.int32), np.zeros(op.most, np.float32)
        count = 0
        while heap and count < op.most:
            negative, index, begin = heapq.heappop(heap)
            score, suppressed = np.float32(-negative), False
            for taken in places[begin:count][::-1]:
                overlap = _overlap(boxes[index], boxes[taken])
                if overlap >= op.overlap:
                    suppressed = True
                    break
                if scale:
                    score = np.float32(score * np.float32(math.exp(scale * overlap * overlap)))
                if score <= op.threshold:
                    break
            if suppressed:
                continue
            if score == np.float32(-negative):
                places[count], found[count], count = index, score, count + 1
            elif score > op.threshold:
                heapq.heappush(heap, (-float(score), index, count))
        return places, found, np.array(count, np.int32)

    return run


def _overlap(a: Array, b: Array) -> float:
    """The common area as a part of both."""
    low_a, high_a = np.minimum(a[:2], a[2:]), np.maximum(a[:2], a[2:])
    low_b, high_b = np.minimum(b[:2], b[2:]), np.maximum(b[:2], b[2:])
    areas = float(np.prod(high_a - low_a)), float(np.prod(high_b - low_b))
    if min(areas) <= 0:
        return 0.0
    sides = np.maximum(np.minimum(high_a, high_b) - np.maximum(low_a, low_b), 0)
    common = float(np.prod(sides))
    return common / (areas[0] + areas[1] - common)
