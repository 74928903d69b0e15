# SPDX-License-Identifier: MIT
"""``npucore.run`` and ``npucore.detect`` from Python."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import npucore
from npucore.demo.evaluate import Digits, load_digits
from npucore.errors import FallbackError, InputError
from npucore.vision.detection import NoDetectorError
from npucore.vision.feeding import Options, Resize
from npucore.vision.inputs import Sources, read_inputs
from npucore.vision.kinds import Classes
from npucore.vision.reading import Reading
from tests.material.vision.small_detector import detector, write_detector

DIGITS = str(files("npucore.demo") / "digits.tflite")


@pytest.fixture(scope="module")
def digits() -> Digits:
    return load_digits()


def best(done: npucore.Inference) -> int:
    assert isinstance(done.answer, Classes)
    return done.answer.classes[0].index


def test_a_file_an_image_and_an_array_give_the_same(tmp_path: Path, digits: Digits) -> None:
    image = Image.fromarray(digits.images[0, :, :, 0])
    image.save(path := tmp_path / "seven.png")
    np.save(tmp_path / "seven.npy", array := digits.input(0))
    sources: list[Sources] = [
        path,
        str(path),
        image,
        array,
        tmp_path / "seven.npy",
        [image],
        {"image": path},
    ]
    done = [npucore.run(DIGITS, source, "reference") for source in sources]
    assert [best(one) for one in done] == [7] * len(sources)
    assert all((one.outputs[0] == done[0].outputs[0]).all() for one in done)
    assert [one.inputs.files for one in done[1:4]] == [(str(path),), ("",), ("",)]
    assert done[3].inputs.told == []


def test_an_inference_says_where_and_how_long(digits: Digits) -> None:
    image, reading = digits.input(1), Reading(top=2)
    done = npucore.run(DIGITS, image, "rocket", runs=3, reading=reading, placement="greedy")
    assert isinstance(done.answer, Classes)
    assert (len(done.answer.classes), len(done.seconds.runs)) == (2, 3)
    assert min(done.seconds.load, done.seconds.compile, done.seconds.median) > 0
    assert done.ops == {"rocket": 16, "reference": 1}
    assert [backend.name for backend in done.backends] == ["rocket", "reference"]
    assert [work.where for work in done.works] == ["simulator", "board"]


def test_inputs_that_are_read_already_are_taken(digits: Digits) -> None:
    graph = npucore.load(DIGITS)
    given = read_inputs(graph, Image.fromarray(digits.images[2, :, :, 0]))
    assert best(npucore.run(graph, given)) == digits.labels[2]


def test_what_does_not_fit_says_what_was_wanted(tmp_path: Path, digits: Digits) -> None:
    array = digits.input(0)
    with pytest.raises(InputError, match="2 inputs, wanted 1: image int8"):
        npucore.run(DIGITS, [array, array])
    with pytest.raises(InputError, match="no input called 'x'; inputs: image"):
        npucore.run(DIGITS, {"x": array})
    with pytest.raises(InputError, match="nothing is given for image"):
        npucore.run(DIGITS, {})
    with pytest.raises(InputError, match="runs 0, wanted"):
        npucore.run(DIGITS, array, runs=0)
    with pytest.raises(FallbackError, match="1 of 17 ops would run on reference"):
        npucore.run(DIGITS, array, "rocket", strict=True)


def test_an_artefact_runs_and_leaves_no_choice(tmp_path: Path, digits: Digits) -> None:
    npucore.compile(DIGITS, "reference").write(path := tmp_path / "x.npu")
    done = npucore.run(path, digits.input(0))
    assert (best(done), done.works) == (7, ())
    with pytest.raises(InputError, match="is compiled and placed already"):
        npucore.run(path, digits.input(0), "reference")
    with pytest.raises(InputError, match="has its shapes already"):
        npucore.run(path, digits.input(0), shapes={"image": (1, 8, 8, 1)})


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    (folder := tmp_path / "photos").mkdir()
    for number in range(5):
        Image.new("RGB", (64, 32), (50 * number, 0, 0)).save(folder / f"{number}.png")
    return folder


@pytest.mark.parametrize("streams", [1, 2, 9])
def test_frames_come_in_their_order(photos: Path, streams: int) -> None:
    found = npucore.detect(detector(), photos, streams=streams, frames=4)
    assert [frame.name for frame in found] == [f"{number}.png" for number in range(4)]
    assert (found.frames, found.fps > 0, found.chosen) == (4, True, ("reference",))
    with pytest.raises(InputError, match="closed"):
        found.session.run(np.zeros((1, 32, 32, 3), np.float32))


def test_places_are_of_the_frame(photos: Path, tmp_path: Path) -> None:
    stretched = Options(resize=Resize.STRETCH)
    model = write_detector(tmp_path / "x.npu")
    with npucore.detect(model, photos / "0.png", feeding=stretched) as found:
        (frame,) = found
    assert frame.image.size == (64, 32)
    assert [(o.index, o.box) for o in frame.answer.objects] == [
        (0, (0.25, 0.0, 0.5, 0.5)),
        (2, (0.25, 0.5, 0.75, 1.0)),
    ]


def test_a_threshold_leaves_out(photos: Path) -> None:
    found = npucore.detect(detector(), photos, frames=1, reading=Reading(threshold=0.6))
    assert [o.score for frame in found for o in frame.answer.objects] == [0.75]


def test_those_who_stop_close_the_session(photos: Path) -> None:
    with npucore.detect(detector(), photos, streams=3) as found:
        next(iter(found))
    with pytest.raises(InputError, match="closed"):
        found.session.submit(np.zeros((1, 32, 32, 3), np.float32))


def test_a_classifier_is_no_detector(photos: Path) -> None:
    with pytest.raises(NoDetectorError, match="no detector: the network gives classes") as told:
        list(npucore.detect(DIGITS, photos))
    assert told.value.kind == "classes"


def test_what_cannot_be_looked_at(photos: Path) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        npucore.detect(detector(), photos / "none")
    with pytest.raises(InputError, match="streams 0, wanted"):
        npucore.detect(detector(), photos, streams=0)
