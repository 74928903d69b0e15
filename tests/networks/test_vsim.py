# SPDX-License-Identifier: MIT
"""Real networks on both generations of vsim: what is placed, and whether the answer is right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import npucore
from npucore.graph import Graph
from npucore.ops import Add, Convolution, FullyConnected
from npucore.running.partition import partition
from npucore.running.session import open_all
from npucore.tensor import Array
from npucore.vision.answer import interpret
from npucore.vision.detect import Detection
from npucore.vision.image import load_image, to_input
from npucore.vision.kinds import Classes, Objects

TARGETS = ("vsim:a311d", "vsim:imx8mp")
CLASSIFIERS = (
    "mobilenet_v1_0.25_128_quant",
    "mobilenet_v1_0.5_160_quant",
    "mobilenet_v1_1.0_224_quant",
    "mobilenet_v2_1.0_224_quant",
)
SMALLEST_FIRST = [
    CLASSIFIERS[0],
    *(pytest.param(n, marks=pytest.mark.long) for n in CLASSIFIERS[1:]),
]
DETECTOR = "ssdlite_mobiledet_coco_qat_postprocess"
PHOTOS = (
    "bird.bmp",
    "cat.bmp",
    "dog_segmentation.bmp",
    "grace_hopper.bmp",
    "hot_dog.jpg",
    "kite_and_cold.jpg",
    "parrot.jpg",
    "pets.jpg",
)
SCORE_TOLERANCE = 0.05
PER_CHANNEL = (
    "mlperf_tiny_kws_int8",
    "mlperf_tiny_resnet8_int8",
    "mlperf_tiny_ad01_int8",
    *(
        pytest.param(name, marks=pytest.mark.slow)
        for name in ("mobilenet_edgetpu_0.75_224_ptq", "yolov5n-int8")
    ),
)


def network(shared: Path, name: str) -> npucore.Graph:
    return npucore.load(shared / "models" / "tflite" / f"{name}.tflite")


def placed(graph: npucore.Graph, kinds: tuple[type, ...], target: str, **options: str) -> set[str]:
    """Where the ops of some kinds run, or why not here."""
    placements = partition(graph, open_all(target, "reference", None, **options)[1]).placements
    return {
        placement.reason or placement.backend
        for op, placement in zip(graph.ops, placements, strict=True)
        if isinstance(op, kinds)
    }


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", [*CLASSIFIERS, DETECTOR])
def test_every_convolution_and_add_is_placed(shared: Path, name: str, target: str) -> None:
    assert placed(network(shared, name), (Convolution, Add), target) == {"vsim"}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", SMALLEST_FIRST)
def test_classifiers_say_what_the_reference_says(shared: Path, name: str, target: str) -> None:
    graph = network(shared, name)
    with npucore.Session(graph, target) as ours, npucore.Session(graph, "reference") as theirs:
        for photo in ("cat.bmp", "parrot.jpg", "dog_segmentation.bmp"):
            image = to_input(load_image(shared / "models" / "images" / photo), graph.inputs[0])
            got, want = (interpret(graph, session.run(image)) for session in (ours, theirs))
            assert isinstance(got, Classes), photo
            assert isinstance(want, Classes), photo
            best = [c.index for c in got.classes if c.score == got.classes[0].score]
            # two classes may tie, as the cat's do on A311D
            assert want.classes[0].index in best, photo


@pytest.mark.long
@pytest.mark.parametrize("target", TARGETS)
def test_the_detector_finds_what_the_reference_finds(shared: Path, target: str) -> None:
    """On every photo: what one lists the other has too, with a score less than 0.05 off."""
    graph = network(shared, DETECTOR)
    with npucore.Session(graph, target) as ours, npucore.Session(graph, "reference") as theirs:
        for photo in PHOTOS:
            image = to_input(load_image(shared / "models" / "images" / photo), graph.inputs[0])
            got, want = (session.run(image) for session in (ours, theirs))
            assert all(among(graph, o, want) for o in objects(graph, got)), photo
            assert all(among(graph, o, got) for o in objects(graph, want)), photo


def objects(graph: npucore.Graph, outputs: list[Array], least: float = 0.5) -> list[Detection]:
    answer = interpret(graph, outputs, threshold=least)
    assert isinstance(answer, Objects)
    return list(answer.objects)


def among(graph: npucore.Graph, wanted: Detection, outputs: list[Array]) -> bool:
    return any(
        found.index == wanted.index
        and abs(found.score - wanted.score) < SCORE_TOLERANCE
        and np.allclose(found.box, wanted.box, atol=0.02)
        for found in objects(graph, outputs, 0.5 - SCORE_TOLERANCE)
    )


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", PER_CHANNEL)
def test_every_convolution_with_scales_per_channel_is_placed(
    shared: Path, name: str, target: str
) -> None:
    kinds = (Add, Convolution, FullyConnected)
    found = {r for r in placed(network(shared, name), kinds, target) if "is constant" not in r}
    assert found == {"vsim"}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    "name",
    ["mlperf_tiny_resnet8_int8", pytest.param("mlperf_tiny_kws_int8", marks=pytest.mark.slow)],
)
def test_layers_with_scales_per_channel_are_within_one(
    shared: Path, name: str, target: str
) -> None:
    """Op by op, on noise."""
    graph = network(shared, name).with_rounding(npucore.Rounding.EXACT)
    rng = np.random.default_rng(3)
    for op in graph.ops:
        if not isinstance(op, Convolution):
            continue
        alone = Graph((op,), (op.input,), (op.output,), graph.rounding)
        noise = rng.integers(0, 256, op.input.shape, np.uint8).view(op.input.dtype)
        with npucore.Session(alone, target) as ours, npucore.Session(alone, "reference") as theirs:
            (got,), (want,) = ours.run(noise), theirs.run(noise)
        assert np.abs(got.astype(int) - want.astype(int)).max() <= 1, op.label


def test_one_scale_is_what_the_user_may_choose(shared: Path) -> None:
    graph = network(shared, "mlperf_tiny_resnet8_int8")
    with npucore.Session(graph, "vsim", per_channel="requantize") as session:
        notes = {p.note or "" for p in session.placement if p.backend == "vsim"}
    assert any("requantized to one scale" in note for note in notes)
