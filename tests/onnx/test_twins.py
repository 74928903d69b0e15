# SPDX-License-Identifier: MIT
"""The same network in two formats: TFLite, and ONNX as QDQ and with quantized operators."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import npucore
from npucore.files.artifact import Artifact
from npucore.tensor import Array
from npucore.vision.image import load_image, to_input
from npucore_onnx import parse
from tests.material.onnx.runtime import runtime
from tools.onnx_twin import twin

DIGITS = Path(npucore.__file__).parent / "demo" / "digits.tflite"
FORMS = pytest.mark.parametrize("qoperator", [False, True], ids=["qdq", "qoperator"])
NETWORKS = (
    "mlperf_tiny_kws_int8",
    "mlperf_tiny_resnet8_int8",
    "mobilenet_v1_1.0_224_quant",
    "mobilenet_v2_1.0_224_quant",
)


def same(path: Path, qoperator: bool, inputs: list[Array]) -> None:
    """Byte for byte: TFLite under the exact rule, its twin, and ONNX Runtime.

    ONNX Runtime on x86 computes QDQ graphs of int8 in float: there the QOperator twin is judged.
    """
    original = npucore.load(path)
    data: bytes = twin(original, qoperator).SerializeToString()
    with (
        npucore.Session(original, "reference", rounding="exact") as first,
        npucore.Session(parse(data), "reference") as second,
    ):
        for x in inputs:
            [a], [b] = first.run(x), second.run(x)
            assert len(np.unique(a)) > 1
            assert np.array_equal(a, b)
            if qoperator or x.dtype == np.uint8:
                [c] = runtime(data, {first.inputs[0].name: x})
                assert np.array_equal(b, c)


def seeded(path: Path, count: int) -> list[Array]:
    """Random bytes for the only input."""
    [tensor] = npucore.load(path).inputs
    rng = np.random.default_rng(6)
    return [rng.integers(0, 256, tensor.shape, np.uint8).view(tensor.dtype) for _ in range(count)]


@FORMS
def test_the_demo_network(qoperator: bool) -> None:
    same(DIGITS, qoperator, seeded(DIGITS, 5))


@pytest.mark.slow
@FORMS
@pytest.mark.parametrize("name", NETWORKS)
def test_real_networks(shared: Path, name: str, qoperator: bool) -> None:
    path = shared / "models" / "tflite" / f"{name}.tflite"
    inputs = seeded(path, 5)
    if "mobilenet" in name:
        [tensor] = npucore.load(path).inputs
        photos = sorted((shared / "models" / "images").iterdir())
        inputs += [to_input(load_image(photo), tensor) for photo in photos]
    same(path, qoperator, inputs)


def streams(model: Any) -> list[dict[str, Array]]:
    """The words, relocations and constants of every run on rocket."""
    artifact: Artifact = npucore.compile(model, "rocket", rounding="exact")
    runs = [run for run in artifact.runs if run.backend == "rocket"]
    return [dict(run.content.arrays) for run in runs]  # type: ignore[union-attr]


@FORMS
def test_rocket_gets_the_same_words(qoperator: bool) -> None:
    assert_same_words(DIGITS, qoperator)


@FORMS
def test_rocket_gets_the_same_words_of_mobilenet(shared: Path, qoperator: bool) -> None:
    path = shared / "models" / "tflite" / "mobilenet_v1_1.0_224_quant.tflite"
    assert_same_words(path, qoperator)


def assert_same_words(path: Path, qoperator: bool) -> None:
    original = npucore.load(path)
    ours = streams(parse(twin(original, qoperator).SerializeToString()))
    theirs = streams(original)
    assert len(ours) == len(theirs) > 0
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.keys() == other.keys()
        assert all(np.array_equal(mine[name], other[name]) for name in mine)
