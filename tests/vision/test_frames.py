# SPDX-License-Identifier: MIT
"""Images one after the other, and a detector that looks at them."""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import npucore
from npucore.cli import main
from npucore.errors import InputError
from npucore.vision.frames import frames
from tests.material.published import is_as_published

MODEL = "ssdlite_mobiledet_coco_qat_postprocess.tflite"


def photo(path: Path, red: int = 0) -> Path:
    Image.new("RGB", (6, 4), (red, 0, 0)).save(path)
    return path


class Capture:
    """OpenCV's, with three frames; blue comes first."""

    released = 0

    def __init__(self, source: str | int) -> None:
        self.left = 0 if source == "empty.mp4" else 3
        self.opened = source != "broken.mp4"

    def isOpened(self) -> bool:  # noqa: N802  OpenCV's name
        return self.opened

    def read(self) -> tuple[bool, np.ndarray]:
        self.left -= 1
        return self.left >= 0, np.full((2, 3, 3), (0, 10, 200), np.uint8)

    def get(self, key: int) -> float:
        return 12.5

    def release(self) -> None:
        Capture.released += 1


@pytest.fixture
def opencv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    module = types.ModuleType("cv2")
    module.VideoCapture = Capture  # type: ignore[attr-defined]
    module.CAP_PROP_FPS = 5  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "cv2", module)
    monkeypatch.chdir(tmp_path)
    for name in ("film.mp4", "broken.mp4"):
        (tmp_path / name).touch()


def test_a_folder_is_read_in_order_of_names(tmp_path: Path) -> None:
    for name in ("b.png", "a.jpg"):
        photo(tmp_path / name)
    (tmp_path / "notes.txt").touch()
    assert [frame.name for frame in frames(str(tmp_path))] == ["a.jpg", "b.png"]


def test_one_image_is_one_frame(tmp_path: Path) -> None:
    (frame,) = frames(str(photo(tmp_path / "x.png", 9)))
    assert (frame.image.size, frame.image.getpixel((0, 0))) == ((6, 4), (9, 0, 0))


def test_a_video_is_frames_in_rgb_and_is_released(opencv: None) -> None:
    found = list(frames("film.mp4"))
    assert [frame.name for frame in found] == ["frame000000", "frame000001", "frame000002"]
    assert found[0].image.getpixel((0, 0)) == (200, 10, 0)
    assert Capture.released == 1


@pytest.mark.parametrize("source", ["camera", "camera:2"])
def test_a_camera_is_a_video(opencv: None, source: str) -> None:
    assert len(list(frames(source))) == 3


def test_what_opencv_cannot_open_is_an_error(opencv: None) -> None:
    with pytest.raises(InputError, match=r"broken.mp4: OpenCV cannot open it"):
        frames("broken.mp4")


def test_without_opencv_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    (tmp_path / "x.mp4").touch()
    with pytest.raises(InputError, match=r"pip install 'npucore\[video\]'"):
        frames(str(tmp_path / "x.mp4"))


@pytest.mark.parametrize(
    ("source", "why"),
    [("nothing", "no such file"), ("camera:x", "wanted camera:NUMBER"), (".", "no image in")],
)
def test_sources_that_are_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, source: str, why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=why):
        frames(source)


def test_a_classifier_is_no_detector(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    model = Path(npucore.__file__).parent / "demo" / "digits.tflite"
    source = photo(tmp_path / "x.png")
    assert main(["detect", str(source), "--model", str(model), "--backend", "reference"]) == 2
    assert "is no detector: it gives classes" in capsys.readouterr().err


def test_boxes_are_drawn_and_told(
    shared: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name in ("pets.jpg", "bird.bmp"):
        (tmp_path / name).write_bytes((shared / "models" / "images" / name).read_bytes())
    out = tmp_path / "drawn"
    words = ["detect", str(tmp_path), "--model", str(shared / "models" / "tflite" / MODEL)]
    options = ["--backend", "rocket", "--option", "device=virtual", "--cores", "2"]
    labels = ["--labels", str(shared / "models" / "labels" / "coco_labels.txt")]
    assert main([*words, *options, *labels, "--streams", "2", "--out", str(out), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert is_as_published(report, "detect")
    found = {f["name"]: {o["name"] for o in f["objects"]} for f in report["frames"]}
    assert found == {"bird.bmp": {"bird"}, "pets.jpg": {"dog"}}
    assert report["fps"] > 0
    for name in ("pets", "bird"):
        before = Image.open(next(tmp_path.glob(f"{name}.*")))
        assert Image.open(out / f"{name}.png").size == before.size
