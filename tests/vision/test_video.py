# SPDX-License-Identifier: MIT
"""Videos are written whole or not at all, and read from where they are."""

from __future__ import annotations

import sys
import types
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from npucore.errors import InputError
from npucore.vision.frames import frames, is_stream
from npucore.vision.video import Video


class Writer:
    """OpenCV's: the file has what it was told."""

    def __init__(self, path: str, code: str, fps: float, size: tuple[int, int]) -> None:
        self.path, self.told = Path(path), [f"{code} {fps} {size}"]

    def isOpened(self) -> bool:  # noqa: N802  OpenCV's name
        return True

    def write(self, pixels: np.ndarray) -> None:
        self.told.append(f"{pixels.shape} {pixels[0, 0].tolist()}")

    def release(self) -> None:
        self.path.write_text("\n".join(self.told))


class Capture:
    """OpenCV's, which is asked for a source."""

    asked: list[str | int] = []  # noqa: RUF012  it is filled

    def __init__(self, source: str | int) -> None:
        self.asked.append(source)

    def isOpened(self) -> bool:  # noqa: N802  OpenCV's name
        return False


@pytest.fixture(autouse=True)
def opencv(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("cv2")
    parts = {"VideoWriter": Writer, "VideoWriter_fourcc": lambda *c: "".join(c)}
    for name, value in {**parts, "VideoCapture": Capture}.items():
        setattr(module, name, value)
    monkeypatch.setitem(sys.modules, "cv2", module)


def red(width: int = 6) -> Image.Image:
    return Image.new("RGB", (width, 4), (200, 10, 0))


def test_frames_have_the_size_of_the_first_and_blue_first(tmp_path: Path) -> None:
    with Video(path := tmp_path / "x.mp4") as video:
        video.add(red(), 12.5)
        video.add(red(12))
        assert not path.exists()
    assert path.read_text().splitlines() == ["mp4v 12.5 (6, 4)", *["(4, 6, 3) [0, 10, 200]"] * 2]
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    (path := tmp_path / "x.avi").write_text("before")
    with suppress(ZeroDivisionError), Video(path) as video:
        video.add(red())
        raise ZeroDivisionError
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_another_suffix_and_no_opencv_are_said_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match=r"wanted a name that ends in \.mp4"):
        Video(tmp_path / "x.gif")
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(InputError, match=r"npucore\[video\]"):
        Video(tmp_path / "x.mp4")


def test_a_url_goes_to_opencv_as_it_is() -> None:
    url = "rtsp://camera.local:554/stream"
    assert is_stream(url)
    assert not is_stream("photos/a.jpg")
    with pytest.raises(InputError, match="OpenCV cannot open it"):
        frames(url)
    assert Capture.asked[-1] == url
