# SPDX-License-Identifier: MIT
"""TFLite_Detection_PostProcess."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from flatbuffers import flexbuffers

from npucore.errors import InvalidModelError, UnsupportedError
from npucore.tensor import Array
from tests.material.tflite.litert import assert_equals_litert, litert, reference
from tests.material.tflite.write import OperatorSpec, TensorSpec, constant, model, tensor

Rng = np.random.Generator
ANCHORS, CLASSES = 120, 7
OPTIONS: dict[str, Any] = {
    "max_detections": 20,
    "max_classes_per_detection": 1,
    "num_classes": CLASSES,
    "nms_score_threshold": 0.3,
    "nms_iou_threshold": 0.5,
    "y_scale": 10.0,
    "x_scale": 10.0,
    "h_scale": 5.0,
    "w_scale": 5.0,
}
CASES: dict[str, dict[str, Any]] = {
    "fast": {},
    "low-score": {"nms_score_threshold": 0.01},
    "no-overlap": {"nms_iou_threshold": 0.05, "max_detections": 5},
    "few": {"max_detections": 3},
    "other-scales": {"y_scale": 4.0, "x_scale": 8.0, "h_scale": 2.0, "w_scale": 3.0},
    "two-classes-each": {"max_classes_per_detection": 2},
    "regular": {"use_regular_nms": True, "detections_per_class": 100},
    "regular-few-per-class": {"use_regular_nms": True, "detections_per_class": 2},
    "regular-low-score": {"use_regular_nms": True, "nms_score_threshold": 0.01},
}


def build(dtype: str, background: int = 1, **options: Any) -> tuple[bytes, TensorSpec, TensorSpec]:
    """A model, its boxes and its scores; the anchors overlap one another."""
    boxes = tensor((1, ANCHORS, 4), dtype, 0.07, 0)
    scores = tensor((1, ANCHORS, CLASSES + background), dtype, 1 / 256, -128)
    rng = np.random.default_rng(7)
    centres, sizes = rng.uniform(0.1, 0.9, (ANCHORS, 2)), rng.uniform(0.1, 0.4, (ANCHORS, 2))
    real = np.concatenate([centres, sizes], axis=1)
    if dtype == "float32":
        anchors = constant(real, np.float32)
    else:
        anchors = constant(np.rint(real / 0.004), dtype, scale=0.004, zero_point=0)
    chosen = OPTIONS | options
    most = chosen["max_detections"] * chosen["max_classes_per_detection"]
    results = [TensorSpec(shape) for shape in ((1, most, 4), (1, most), (1, most), (1,))]
    operator = OperatorSpec(
        "TFLite_Detection_PostProcess",
        [boxes, scores, anchors],
        results,
        custom_options=bytes(flexbuffers.Dumps(chosen)),
    )
    return model([operator], [boxes, scores], results), boxes, scores


def inputs(rng: Rng, boxes: TensorSpec, scores: TensorSpec) -> tuple[Array, Array]:
    """Random boxes; scores of which no two are alike, unless there are only 256 of them."""
    if boxes.dtype == "float32":
        real = rng.permutation(np.linspace(0, 1, np.prod(scores.shape)))
        encoded = rng.normal(size=boxes.shape).astype(np.float32)
        return encoded, real.reshape(scores.shape).astype(np.float32)
    low = 0 if boxes.dtype == "uint8" else -128
    encoded = rng.integers(low + 90, low + 166, boxes.shape).astype(boxes.dtype)
    return encoded, rng.integers(low, low + 256, scores.shape).astype(boxes.dtype)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
@pytest.mark.parametrize("background", [0, 1])
def test_floats_equal_litert(rng: Rng, case: dict[str, Any], background: int) -> None:
    made, boxes, scores = build("float32", background, **case)
    assert_equals_litert(made, *inputs(rng, boxes, scores), distinct=1)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_bytes_with_equal_scores_equal_litert(rng: Rng, case: dict[str, Any]) -> None:
    made, boxes, scores = build("uint8", **case)
    assert_equals_litert(made, *inputs(rng, boxes, scores), distinct=1)


def test_what_is_not_found_is_0(rng: Rng) -> None:
    """LiteRT leaves whatever was in memory there, and agrees only about the count."""
    made, boxes, scores = build("float32", nms_score_threshold=2.0)
    arrays = inputs(rng, boxes, scores)
    assert litert(made, arrays)[3] == 0
    assert not any(result.any() for result in reference(made, arrays))


def test_litert_has_no_kernel_for_int8(rng: Rng) -> None:
    made, boxes, scores = build("int8")
    with pytest.raises((RuntimeError, ValueError)):
        litert(made, inputs(rng, boxes, scores))


def test_int16_is_refused_by_name(rng: Rng) -> None:
    made, boxes, scores = build("int16")
    arrays = [np.zeros(t.shape, np.int16) for t in (boxes, scores)]
    with pytest.raises(UnsupportedError, match=r"detection_postprocess .*of int16"):
        reference(made, arrays)


def test_a_missing_option_is_an_invalid_model() -> None:
    boxes, scores = tensor((1, 9, 4), "float32"), tensor((1, 9, 3), "float32")
    anchors, results = constant(np.ones((9, 4)), np.float32), [TensorSpec((1,)) for _ in range(4)]
    options = bytes(flexbuffers.Dumps({"max_detections": 3}))
    operator = OperatorSpec(
        "TFLite_Detection_PostProcess", [boxes, scores, anchors], results, custom_options=options
    )
    made = model([operator], [boxes, scores], results)
    with pytest.raises(InvalidModelError, match="no option h_scale"):
        reference(made, [])
