# SPDX-License-Identifier: MIT
"""Images one after the other: a file, a folder, a video or a camera."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from npucore.errors import InputError
from npucore.vision.image import load_image
from npucore.vision.suffixes import IMAGES

CAMERA = "camera"
SCHEMES = ("http", "https", "rtmp", "rtsp", "rtsps", "udp")
MOST_FPS = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """An image and what to call it; *fps* are the frames in a second of a video that says so."""

    name: str
    image: Image.Image
    fps: float | None = None


def frames(source: str) -> Iterator[Frame]:
    """Every image of *source*: a file, a folder in order of names, a video, ``camera[:N]``, a URL.

    Videos, cameras and URLs (``rtsp://...``) need OpenCV. Raises `InputError` for what cannot be
    read.
    """
    path = Path(source)
    if _is_url(source):
        return _video(source, source)
    if path.is_dir():
        return _folder(path)
    if path.suffix.lower() in IMAGES:
        return iter([Frame(path.name, load_image(path))])
    name, _, number = source.partition(":")
    if name == CAMERA and not path.exists():
        if number and not number.isdecimal():
            raise InputError(f"{source}: wanted {CAMERA}:NUMBER")
        return _video(source, int(number or 0))
    if not path.exists():
        raise InputError(f"{source}: no such file or folder")
    return _video(source, source)


def is_stream(source: str) -> bool:
    """Whether it names a camera or a URL rather than a file."""
    camera = source.partition(":")[0] == CAMERA and not Path(source).exists()
    return camera or _is_url(source)


def _is_url(source: str) -> bool:
    return source.partition("://")[0] in SCHEMES and "://" in source


def _folder(path: Path) -> Iterator[Frame]:
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in IMAGES)
    if not files:
        raise InputError(f"{path}: no image in this folder")
    return (Frame(file.name, load_image(file)) for file in files)


def opencv(what: str) -> Any:
    """OpenCV's module. Raises `InputError` where it is not installed."""
    try:
        import cv2
    except ImportError:
        raise InputError(
            f"{what}: videos and cameras need OpenCV, which is not installed "
            "(pip install 'npucore[video]')"
        ) from None
    return cv2


def _video(source: str, opened: str | int) -> Iterator[Frame]:
    cv2 = opencv(source)
    capture = cv2.VideoCapture(opened)
    if not capture.isOpened():
        raise InputError(f"{source}: OpenCV cannot open it")
    return _captured(capture, _fps(capture.get(cv2.CAP_PROP_FPS)))


def _fps(said: float) -> float | None:
    """Frames in a second; None where the source does not know."""
    return float(said) if 0 < said < MOST_FPS else None


def _captured(capture: Any, fps: float | None) -> Iterator[Frame]:
    """Every frame; OpenCV has blue first."""
    number = 0
    try:
        while True:
            there, pixels = capture.read()
            if not there:
                return
            yield Frame(f"frame{number:06d}", Image.fromarray(pixels[:, :, ::-1].copy()), fps)
            number += 1
    finally:
        capture.release()
