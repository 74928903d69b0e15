# SPDX-License-Identifier: MIT
"""Real networks against LiteRT: op by op on LiteRT's own tensors, and as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from npucore.vision.image import load_image, to_input

pytest.importorskip("ai_edge_litert", reason="the oracle, LiteRT, is not installed")

from tools.exactness.compare import Judge, whole_network
from tools.exactness.litert import seeded_inputs

DIGITS = Path(__file__).parents[2] / "npucore" / "demo" / "digits.tflite"
STATELESS = (
    "deeplabv3_mnv2_dm05_pascal_quant",
    "face_detection_front",
    "mlperf_tiny_ad01_int8",
    "mlperf_tiny_kws_int8",
    "mlperf_tiny_resnet8_fp32",
    "mlperf_tiny_resnet8_int8",
    "mlperf_tiny_streaming_ww_int8",
    "mobilenet_edgetpu_0.75_224_ptq",
    "mobilenet_v1_0.25_128_quant",
    "mobilenet_v1_0.5_160_quant",
    "mobilenet_v1_1.0_224_quant",
    "mobilenet_v2_1.0_224_quant",
    "selfie_segmentation",
    "ssdlite_mobiledet_coco_qat_postprocess",
    "yolov5n-int8",
    "yolov8n_full_integer_quant_224",
)
BYTE_EQUAL = (
    "mlperf_tiny_kws_int8",
    "mlperf_tiny_resnet8_int8",
    "mobilenet_edgetpu_0.75_224_ptq",
    "mobilenet_v1_0.25_128_quant",
    "mobilenet_v1_0.5_160_quant",
    "mobilenet_v1_1.0_224_quant",
    "mobilenet_v2_1.0_224_quant",
)


def network(shared: Path, name: str) -> Path:
    return shared / "models" / "tflite" / f"{name}.tflite"


def judge_every_op(path: Path) -> None:
    judge = Judge(path)
    comparisons = list(judge.against_reference_kernels(seeded_inputs(judge.graph.inputs, 7)))
    assert [c for c in comparisons if c.differing] == []
    assert {c.index for c in comparisons} <= set(range(len(judge.graph.ops)))
    assert comparisons


@pytest.mark.sample(8)
@pytest.mark.parametrize("name", STATELESS)
def test_every_op_equals_the_reference_kernels(shared: Path, name: str) -> None:
    judge_every_op(network(shared, name))


def test_every_op_of_the_demo_network_equals_the_reference_kernels() -> None:
    judge_every_op(DIGITS)


@pytest.mark.parametrize("name", ["mobilenet_v1_0.25_128_quant", "mlperf_tiny_kws_int8"])
def test_the_exact_rule_equals_xnnpack(shared: Path, name: str) -> None:
    judge = Judge(network(shared, name))
    comparisons = list(judge.against_default_kernels(seeded_inputs(judge.graph.inputs, 7)))
    assert [c for c in comparisons if c.differing] == []
    assert comparisons


def test_the_exact_rule_equals_xnnpack_on_the_demo_network() -> None:
    judge = Judge(DIGITS)
    comparisons = list(judge.against_default_kernels(seeded_inputs(judge.graph.inputs, 7)))
    assert {c.op for c in comparisons} == {"convolution", "fully_connected"}
    assert [c for c in comparisons if c.differing] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", BYTE_EQUAL)
def test_whole_networks_give_the_same_bytes_on_random_inputs(shared: Path, name: str) -> None:
    path = network(shared, name)
    inputs = seeded_inputs(Judge(path).graph.inputs, 11)
    assert [differing for differing, _ in whole_network(path, inputs)] == [0]


def test_a_whole_network_gives_the_same_bytes_on_a_photo(shared: Path) -> None:
    path = network(shared, "mobilenet_v2_1.0_224_quant")
    photo = load_image(shared / "models" / "images" / "cat.bmp")
    inputs = [to_input(photo, tensor) for tensor in Judge(path).graph.inputs]
    assert [differing for differing, _ in whole_network(path, inputs)] == [0]
