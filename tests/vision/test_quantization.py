# SPDX-License-Identifier: MIT
"""``npucore.quantize_model`` from Python."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

import npucore
from npucore.errors import InputError, UnsupportedError
from npucore.tensor import Array
from tests.cli.test_quantize import network

SHAPES = {"x": (1, 3, 12, 12)}


def samples(count: int) -> list[dict[str, Array]]:
    rng = np.random.default_rng(1)
    return [{"x": rng.normal(size=SHAPES["x"]).astype(np.float32)} for _ in range(count)]


def test_a_float_network_is_quantized_from_arrays(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime", reason="the quantizer, onnxruntime, is not installed")
    model = network(tmp_path / "net.onnx")
    done = npucore.quantize_model(
        model, samples(6), "rocket", shapes=SHAPES, samples=4, per_channel=False, symmetric=True
    )
    assert isinstance(done, npucore.Quantized)
    assert (done.scheme.per_channel, done.scheme.symmetric_activations) == (False, True)
    assert (len(done.samples.arrays), done.samples.fed, done.samples.note) == (4, None, "")
    assert done.agreement is not None
    totals = [layer.total for layer in done.layers]
    assert totals == sorted(totals, reverse=True)
    assert done.write(tmp_path / "small.onnx") == len(done.data)
    assert len(npucore.load(tmp_path / "small.onnx").ops) == len(done.graph.ops)
    assert sum(done.ops.values()) == len(done.placements) == len(done.graph.ops)


def test_samples_must_fit(tmp_path: Path) -> None:
    model = network(tmp_path / "net.onnx")
    with pytest.raises(InputError, match="no samples to calibrate with"):
        npucore.quantize_model(model, [], shapes=SHAPES)
    wrong = [*samples(1), {"y": samples(1)[0]["x"]}]
    with pytest.raises(InputError, match="sample 1 has y, wanted x"):
        npucore.quantize_model(model, wrong, shapes=SHAPES)
    with pytest.raises(InputError, match="no such folder or list of files"):
        npucore.quantize_model(model, tmp_path / "none", shapes=SHAPES)


def test_what_is_quantized_already_is_an_error() -> None:
    digits = str(files("npucore.demo") / "digits.tflite")
    given = [{"image": np.zeros((1, 8, 8, 1), np.int8)}]
    with pytest.raises(UnsupportedError, match=r"digits\.tflite is quantized already"):
        npucore.quantize_model(digits, given)
