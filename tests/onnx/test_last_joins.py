# SPDX-License-Identifier: MIT
"""A quantized network whose end joins boxes and scores keeps both."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from npucore.contract.scheme import Scheme
from npucore.tensor import Array
from npucore_onnx import parse
from npucore_onnx.quantize import quantize
from tests.material.onnx.runtime import reference
from tests.material.onnx.write import model, node

pytest.importorskip("onnxruntime", reason="the quantizer, onnxruntime, is not installed")
SHAPE = (1, 4, 8, 8)


def detector(path: Path, size: float, behind: str = "") -> Path:
    """Boxes to *size* pixels and scores to 1, of 1 x 1 convolutions, joined."""
    rng = np.random.default_rng(1)
    weights = {
        "box": np.abs(rng.normal(0, 0.5, (2, 4, 1, 1))).astype(np.float32) * size,
        "score": rng.normal(0, 2, (2, 4, 1, 1)).astype(np.float32),
        "last": rng.normal(0, 1, (3, 4, 1, 1)).astype(np.float32),
    }
    nodes = [
        node("Conv", ["x", "box"], "boxes"),
        node("Conv", ["x", "score"], "logits"),
        node("Sigmoid", ["logits"], "scores"),
        node("Concat", ["boxes", "scores"], "joined", axis=1),
        node("Conv", ["joined", "last"], "y") if behind else node("Identity", ["joined"], "y"),
    ]
    path.write_bytes(model(nodes, {"x": (np.float32, SHAPE)}, {"y": np.float32}, weights))
    return path


def samples() -> list[dict[str, Array]]:
    rng = np.random.default_rng(2)
    return [{"x": rng.random(SHAPE, np.float32)} for _ in range(4)]


def joins(data: bytes) -> list[str]:
    """The operators behind joins."""
    proto = onnx.ModelProto.FromString(data)
    made = [name for each in proto.graph.node if each.op_type == "Concat" for name in each.output]
    return [each.op_type for each in proto.graph.node if set(each.input) & set(made)]


def test_scores_beside_boxes_of_many_pixels_survive(tmp_path: Path) -> None:
    path = detector(tmp_path / "yolo.onnx", 300.0)
    data = quantize(path, samples(), Scheme(), {})
    assert "QuantizeLinear" not in joins(data)
    x = samples()[0]
    (want,), (got,) = reference(parse(path.read_bytes()), x), reference(parse(data), x)
    assert np.ptp(want[:, 2:]) > 0.3
    assert np.abs(got - want)[:, 2:].max() < 0.03
    assert np.abs(got - want)[:, :2].max() < 300 * 0.03


def test_a_join_of_like_ranges_stays_quantized(tmp_path: Path) -> None:
    data = quantize(detector(tmp_path / "like.onnx", 1.0), samples(), Scheme(), {})
    assert joins(data) == ["QuantizeLinear"]


def test_a_join_that_layers_read_stays_quantized(tmp_path: Path) -> None:
    data = quantize(detector(tmp_path / "read.onnx", 300.0, "layer"), samples(), Scheme(), {})
    assert joins(data) == ["QuantizeLinear"]
