# SPDX-License-Identifier: MIT
"""Real networks on rocket: what is placed, by which evidence, and whether the answer is right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import npucore
from npucore.ops import Add, Convolution, Pooling, PoolingType
from npucore.running.partition import partition
from npucore.running.session import open_all
from npucore.vision.answer import interpret
from npucore.vision.image import load_image, to_input
from npucore.vision.kinds import Classes, Objects

EVERYTHING = ("mobilenet_v1_1.0_224_quant", "mobilenet_v2_1.0_224_quant")
PER_CHANNEL = ("mobilenet_edgetpu_0.75_224_ptq", "yolov5n-int8", "mlperf_tiny_kws_int8")
CLASSIFIERS = (*EVERYTHING, "mobilenet_v1_0.25_128_quant", "mobilenet_edgetpu_0.75_224_ptq")
DETECTOR = "ssdlite_mobiledet_coco_qat_postprocess"


def network(shared: Path, name: str) -> npucore.Graph:
    return npucore.load(shared / "models" / "tflite" / f"{name}.tflite")


def placed(graph: npucore.Graph, kinds: tuple[type, ...], **options: str) -> list[str]:
    """Where the ops of some kinds run, and why."""
    placements = partition(graph, open_all("rocket", "reference", None, **options)[1]).placements
    return [
        placement.backend if placement.reason is None else placement.reason
        for op, placement in zip(graph.ops, placements, strict=True)
        if isinstance(op, kinds) and not (isinstance(op, Pooling) and op.type is PoolingType.MAX)
    ]


@pytest.mark.parametrize("name", [*EVERYTHING, DETECTOR])
def test_every_convolution_add_and_average_is_placed(shared: Path, name: str) -> None:
    found = placed(network(shared, name), (Convolution, Add, Pooling))
    assert set(found) == {"rocket"}
    assert len(found) >= 29


@pytest.mark.parametrize("name", [*PER_CHANNEL, "yolov8n_full_integer_quant_224"])
def test_every_convolution_is_placed_at_full_trust(shared: Path, name: str) -> None:
    assert set(placed(network(shared, name), (Convolution,), trust="proven")) == {"rocket"}


@pytest.mark.sample(6)
@pytest.mark.parametrize("name", CLASSIFIERS)
@pytest.mark.parametrize("photo", ["cat.bmp", "parrot.jpg", "dog_segmentation.bmp"])
def test_classifiers_say_what_the_reference_says(shared: Path, name: str, photo: str) -> None:
    graph = network(shared, name)
    image = to_input(load_image(shared / "models" / "images" / photo), graph.inputs[0])
    with (
        npucore.Session(graph, "rocket", placement="greedy") as ours,
        npucore.Session(graph, "reference") as theirs,
    ):
        got, want = (interpret(graph, session.run(image)) for session in (ours, theirs))
    assert isinstance(got, Classes)
    assert isinstance(want, Classes)
    assert got.classes[0].index == want.classes[0].index


@pytest.mark.sample(4)
@pytest.mark.parametrize("photo", ["cat.bmp", "bird.bmp", "pets.jpg", "kite_and_cold.jpg"])
def test_the_detector_finds_what_the_reference_finds(shared: Path, photo: str) -> None:
    graph = network(shared, DETECTOR)
    image = to_input(load_image(shared / "models" / "images" / photo), graph.inputs[0])
    with (
        npucore.Session(graph, "rocket", placement="greedy") as ours,
        npucore.Session(graph, "reference") as theirs,
    ):
        got, want = (interpret(graph, session.run(image)) for session in (ours, theirs))
    assert isinstance(got, Objects)
    assert isinstance(want, Objects)
    assert sorted(o.index for o in got.objects) == sorted(o.index for o in want.objects)
    for a in got.objects:  # scores that are nearly equal may change places
        same = (o for o in want.objects if o.index == a.index and abs(o.score - a.score) < 0.05)
        assert any(np.allclose(o.box, a.box, atol=0.02) for o in same)
